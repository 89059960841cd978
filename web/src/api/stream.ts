// Server-sent events that come back by themselves: after a restart of the server, after the
// server ended the stream (the session changed), and when the page is looked at again. A page that
// nobody looks at holds no connection.
import { send } from './http';

const AGAIN_MS = 1000;

export interface StreamHandlers {
  // By the name of the event; "message" is one without a name.
  [event: string]: (data: unknown) => void;
}

export function openStream(url: string, handlers: StreamHandlers, onLive: (isLive: boolean) => void): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const close = () => {
    clearTimeout(timer);
    source?.close();
    source = undefined;
  };
  const again = () => {
    close();
    onLive(false);
    // An EventSource does not tell why it failed; this call does, to those who listen.
    timer = setTimeout(() => {
      send('GET', '/session').then(open, () => {
        timer = setTimeout(open, AGAIN_MS);
      });
    }, AGAIN_MS);
  };
  const open = () => {
    if (document.hidden) return;
    close();
    const next = new EventSource(url);
    source = next;
    next.onopen = () => onLive(true);
    next.onerror = again;
    for (const [event, handler] of Object.entries(handlers)) {
      next.addEventListener(event, (message: MessageEvent<string>) => handler(JSON.parse(message.data)));
    }
    next.addEventListener('ended', again);
    next.addEventListener('deleted', close);
  };
  const onVisibility = () => {
    if (document.hidden) close();
    else if (!source) open();
  };
  document.addEventListener('visibilitychange', onVisibility);
  open();
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    close();
  };
}
