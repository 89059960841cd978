import { Alert, Button, Input, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Deployment } from '../../api/types';
import { cli } from '../../lib/cliCommands';
import { SAMPLE } from '../../lib/examples';
import { bodyOfRows, isJson, pretty } from '../../lib/playground';
import { CliCommand } from '../../ui/CliCommand';
import { Field } from '../../ui/Field';
import { HelpLink } from '../../ui/HelpLink';
import { FileField } from './FileField';
import { ReplyPanel } from './ReplyPanel';
import { RowsField, type RowsValue } from './RowsField';
import { usePrediction } from './usePrediction';

type Mode = 'json' | 'rows' | 'file';
const LONGEST_COMMAND = 4000;
const MODES: readonly Mode[] = ['json', 'rows', 'file'];

// Sends a prediction through the front door, as any client would.
export function PlaygroundTab({ deployment }: { deployment: Deployment }) {
  const { t } = useTranslation();
  const [mode, setMode] = useState<Mode>('json');
  const [json, setJson] = useState(pretty(SAMPLE));
  const [rows, setRows] = useState<RowsValue>({ text: '5.1, 3.5, 1.4, 0.2', form: 'ndarray', names: '' });
  const [file, setFile] = useState<string>();
  const [token, setToken] = useState('');
  const { reply, isBusy, isFailed, send, stop } = usePrediction();
  const path = new URL(deployment.endpoint).pathname;
  const isPrivate = deployment.access === 'private';
  const headers = { 'Content-Type': 'application/json', ...(isPrivate && { Authorization: `Bearer ${token.trim()}` }) };

  const made = bodyOfRows(rows.text, rows.form, rows.names);
  const body = { json, rows: made.ok ? made.body : undefined, file }[mode];
  const fault = mode === 'rows' && !made.ok ? t('playground.badLine', { line: made.line }) : isFailed ? t('playground.noAnswer') : '';
  // What is longer is better kept in a file.
  const isShort = body !== undefined && body.length < LONGEST_COMMAND && isJson(body);
  return (
    <div className="two-columns">
      <section className="panel">
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            if (body !== undefined) void send(path, headers, body);
          }}
        >
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
          {mode === 'rows' && <RowsField value={rows} onChange={setRows} />}
          {mode === 'file' && <FileField limit={deployment.body_limit_bytes} onBody={setFile} />}
          {isPrivate && (
            <Field id="playground-token" label={t('clients.token')} hint={t('playground.tokenHint')}>
              <Input.Password id="playground-token" autoComplete="off" value={token} onChange={(event) => setToken(event.target.value)} />
            </Field>
          )}
          {fault && <Alert type="error" showIcon role="alert" title={fault} />}
          <div className="row">
            <Button type="primary" htmlType="submit" loading={isBusy} disabled={body === undefined}>
              {t('playground.send')}
            </Button>
            {isBusy && <Button onClick={stop}>{t('playground.stop')}</Button>}
          </div>
          <CliCommand commands={isShort ? [cli.predict(deployment.id, JSON.stringify(JSON.parse(body)), isPrivate)] : []} />
          <HelpLink page={isPrivate ? 'private-endpoints' : 'quick-start'} isBeside>
            {t('help.predict')}
          </HelpLink>
        </form>
      </section>
      <ReplyPanel id={deployment.id} reply={reply} path={path} headers={headers} />
    </div>
  );
}
