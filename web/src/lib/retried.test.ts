import { describe, expect, it } from 'vitest';
import { retried } from './retried';

function failing(times: number) {
  const state = { tries: 0 };
  const fetchPart = () => {
    state.tries += 1;
    return state.tries > times ? Promise.resolve('part') : Promise.reject(new Error(`try ${state.tries}`));
  };
  return { state, fetchPart };
}

describe('a part that is fetched', () => {
  it('is asked for once when it comes', async () => {
    const { state, fetchPart } = failing(0);
    await expect(retried(fetchPart, [0, 0])).resolves.toBe('part');
    expect(state.tries).toBe(1);
  });

  it('is asked for again until it comes', async () => {
    const { state, fetchPart } = failing(2);
    await expect(retried(fetchPart, [0, 0])).resolves.toBe('part');
    expect(state.tries).toBe(3);
  });

  it('fails with the last reason when it never comes', async () => {
    await expect(retried(failing(9).fetchPart, [0, 0])).rejects.toThrow('try 3');
  });
});
