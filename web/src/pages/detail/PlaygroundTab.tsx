import { Alert, Button, Input, Segmented } from 'antd';
import { useState, type ChangeEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Deployment } from '../../api/types';
import { SAMPLE } from '../../lib/examples';
import { duration } from '../../lib/format';
import { bodyOfBytes, bodyOfRows, pretty } from '../../lib/playground';
import { Field } from '../../ui/Field';
import { FeedbackForm } from './FeedbackForm';

type Mode = 'json' | 'rows' | 'file';
const MODES: readonly Mode[] = ['json', 'rows', 'file'];

interface Reply {
  status: number;
  text: string;
  tookMs: number;
  replica: string;
  request: string;
}

// Sends a prediction through the front door, as any client would.
export function PlaygroundTab({ deployment }: { deployment: Deployment }) {
  const { t, i18n } = useTranslation();
  const [mode, setMode] = useState<Mode>('json');
  const [json, setJson] = useState(pretty(SAMPLE));
  const [rows, setRows] = useState('5.1, 3.5, 1.4, 0.2');
  const [file, setFile] = useState<{ body: string; name: string }>();
  const [token, setToken] = useState('');
  const [fault, setFault] = useState('');
  const [reply, setReply] = useState<Reply>();
  const [isBusy, setBusy] = useState(false);
  const path = new URL(deployment.endpoint).pathname;
  const isPrivate = deployment.access === 'private';
  const headers = { 'Content-Type': 'application/json', ...(isPrivate && { Authorization: `Bearer ${token.trim()}` }) };

  const body = (): string | undefined => {
    if (mode === 'file') return file?.body;
    if (mode === 'json') return json;
    const made = bodyOfRows(rows);
    if (!made.ok) setFault(t('playground.badLine', { line: made.line }));
    return made.ok ? made.body : undefined;
  };
  const send = async () => {
    setFault('');
    const request = body();
    if (request === undefined) return;
    setBusy(true);
    const begun = performance.now();
    try {
      const response = await fetch(path, { method: 'POST', headers, body: request });
      const text = await response.text();
      setReply({ status: response.status, text, tookMs: performance.now() - begun, replica: response.headers.get('Slipway-Replica') ?? '', request });
    } catch {
      setFault(t('playground.noAnswer'));
    } finally {
      setBusy(false);
    }
  };
  const take = async (event: ChangeEvent<HTMLInputElement>) => {
    const [chosen] = event.target.files ?? [];
    if (chosen) setFile({ body: bodyOfBytes(new Uint8Array(await chosen.arrayBuffer())), name: chosen.name });
  };
  return (
    <div className="two-columns">
      <section className="panel stack">
        <Segmented
          aria-label={t('playground.mode')}
          value={mode}
          options={MODES.map((value) => ({ value, label: t(`playground.${value}`) }))}
          onChange={(value) => setMode(value as Mode)}
        />
        {mode === 'json' && (
          <Field id="playground-json" label={t('playground.request')}>
            <Input.TextArea id="playground-json" className="mono" rows={12} spellCheck={false} value={json} onChange={(event) => setJson(event.target.value)} />
          </Field>
        )}
        {mode === 'rows' && (
          <Field id="playground-rows" label={t('playground.rows')} hint={t('playground.rowsHint')}>
            <Input.TextArea id="playground-rows" className="mono" rows={8} spellCheck={false} value={rows} onChange={(event) => setRows(event.target.value)} />
          </Field>
        )}
        {mode === 'file' && (
          <Field id="playground-file" label={t('playground.file')} hint={t('playground.fileHint')}>
            <input id="playground-file" type="file" onChange={(event) => void take(event)} />
          </Field>
        )}
        {isPrivate && (
          <Field id="playground-token" label={t('clients.token')} hint={t('playground.tokenHint')}>
            <Input.Password id="playground-token" autoComplete="off" value={token} onChange={(event) => setToken(event.target.value)} />
          </Field>
        )}
        {fault && <Alert type="error" showIcon role="alert" title={fault} />}
        <div>
          <Button type="primary" loading={isBusy} disabled={mode === 'file' && !file} onClick={() => void send()}>
            {t('playground.send')}
          </Button>
        </div>
      </section>
      <section className="panel stack" aria-live="polite">
        <h2>{t('playground.reply')}</h2>
        {!reply && <p className="muted">{t('playground.none')}</p>}
        {reply && (
          <>
            <p className="row">
              <strong className={reply.status < 400 ? 'good' : 'bad'}>{reply.status}</strong>
              <span className="number">{duration(reply.tookMs, i18n.language)}</span>
              {reply.replica && <span className="muted">{t('playground.replica', { replica: reply.replica })}</span>}
            </p>
            <pre className="code" tabIndex={0}>
              {pretty(reply.text)}
            </pre>
            {reply.status === 200 && <FeedbackForm path={path} headers={headers} request={reply.request} response={reply.text} />}
          </>
        )}
      </section>
    </div>
  );
}
