// Parts of the UI are fetched when they are first needed. One that does not come (the network changed, the server
// restarts) is asked for again before anybody hears of it.
const PAUSES_MS = [200, 1000, 3000];

export async function retried<T>(fetchPart: () => Promise<T>, pauses: readonly number[] = PAUSES_MS): Promise<T> {
  for (const pause of pauses) {
    try {
      return await fetchPart();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  return fetchPart();
}
