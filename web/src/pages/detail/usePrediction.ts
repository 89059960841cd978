import { useEffect, useRef, useState } from 'react';
import { EventText } from '../../lib/eventText';

export interface Reply {
  status: number;
  text: string;
  // Server-sent events: each a line of `text`.
  isEvents: boolean;
  // To the head of the answer, and to its end (or until now).
  headMs: number;
  tookMs: number;
  replica: string;
  request: string;
  state: 'coming' | 'whole' | 'stopped' | 'cut';
}

interface Prediction {
  reply: Reply | undefined;
  isBusy: boolean;
  // No answer at all came.
  isFailed: boolean;
  send: (path: string, headers: Record<string, string>, request: string) => Promise<void>;
  stop: () => void;
}

// A prediction whose answer shows as it comes, until it is whole or somebody stops it.
export function usePrediction(): Prediction {
  const [reply, setReply] = useState<Reply>();
  const [isBusy, setBusy] = useState(false);
  const [isFailed, setFailed] = useState(false);
  const abort = useRef<AbortController>(null);
  useEffect(() => () => abort.current?.abort(), []);

  const read = async (response: Response, head: Reply, begun: number, signal: AbortSignal) => {
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    const events = new EventText();
    let reply = head;
    let frame = 0;
    const show = (state: Reply['state']) => {
      cancelAnimationFrame(frame);
      setReply({ ...reply, tookMs: performance.now() - begun, state });
    };
    try {
      while (reader) {
        const { done, value } = await reader.read();
        if (done) break;
        const more = head.isEvents ? events.take(value).map((event) => `${event}\n`).join('') : value;
        reply = { ...reply, text: reply.text + more };
        cancelAnimationFrame(frame);
        frame = requestAnimationFrame(() => show('coming'));
      }
      show('whole');
    } catch {
      show(signal.aborted ? 'stopped' : 'cut');
    }
  };
  const send = async (path: string, headers: Record<string, string>, request: string) => {
    const controller = new AbortController();
    abort.current = controller;
    setBusy(true);
    setFailed(false);
    setReply(undefined);
    const begun = performance.now();
    try {
      const response = await fetch(path, { method: 'POST', headers, body: request, signal: controller.signal });
      const headMs = performance.now() - begun;
      const head: Reply = {
        status: response.status,
        text: '',
        isEvents: response.headers.get('Content-Type')?.startsWith('text/event-stream') ?? false,
        headMs,
        tookMs: headMs,
        replica: response.headers.get('Slipway-Replica') ?? '',
        request,
        state: 'coming',
      };
      setReply(head);
      await read(response, head, begun, controller.signal);
    } catch {
      setFailed(!controller.signal.aborted);
    } finally {
      setBusy(false);
    }
  };
  return { reply, isBusy, isFailed, send, stop: () => abort.current?.abort() };
}
