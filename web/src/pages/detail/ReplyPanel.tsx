import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { deployments } from '../../api/deployments';
import { bytes, duration } from '../../lib/format';
import { isJson, pretty } from '../../lib/playground';
import { CopyButton } from '../../ui/CopyButton';
import { FeedbackForm } from './FeedbackForm';
import type { Reply } from './usePrediction';

// More than that stops a browser, and nobody reads it.
const MOST_SHOWN = 200_000;

interface ReplyPanelProps {
  id: string;
  reply: Reply | undefined;
  path: string;
  headers: Record<string, string>;
}

export function ReplyPanel({ id, reply, path, headers }: ReplyPanelProps) {
  const { t, i18n } = useTranslation();
  const replicas = useQuery({ queryKey: ['replicas', id], queryFn: () => deployments.replicas(id), enabled: Boolean(reply?.replica) });
  const version = replicas.data?.find((one) => one.id === reply?.replica)?.revision;
  const time = (milliseconds: number) => duration(milliseconds, i18n.language);
  const isWhole = reply?.state === 'whole';
  const text = !reply ? '' : isWhole && reply.text.length <= MOST_SHOWN ? pretty(reply.text) : reply.text;
  const cut = text.length - MOST_SHOWN;
  return (
    <section className="panel stack" aria-busy={reply?.state === 'coming'}>
      <div className="section-head">
        <h2>{t('playground.reply')}</h2>
        {reply && isWhole && <CopyButton text={reply.text} what={t('playground.reply')} label={t('common.copy')} />}
      </div>
      {!reply && <p className="muted">{t('playground.none')}</p>}
      {reply && (
        <>
          <p className="row" role="status">
            <strong className={reply.status < 400 ? 'good' : 'bad'}>{reply.status}</strong>
            <span className="number">{time(reply.tookMs)}</span>
            {reply.tookMs - reply.headMs > 50 && <span className="muted number">{t('playground.head', { time: time(reply.headMs) })}</span>}
            {reply.replica && <span className="muted">{t('playground.replica', { replica: reply.replica })}</span>}
            {version !== undefined && <span className="muted">{t('history.revision', { revision: version })}</span>}
            {reply.state !== 'whole' && <span className={reply.state === 'cut' ? 'bad' : 'muted'}>{t(`playground.state.${reply.state}`)}</span>}
          </p>
          <pre className="code reply" tabIndex={0} aria-label={t('playground.reply')}>
            {cut > 0 ? text.slice(0, MOST_SHOWN) : text}
          </pre>
          {cut > 0 && <p className="muted">{t('playground.long', { size: bytes(reply.text.length, i18n.language) })}</p>}
          {reply.status === 200 && isWhole && isJson(reply.text) && (
            <FeedbackForm key={reply.tookMs} path={path} headers={headers} request={reply.request} response={reply.text} />
          )}
        </>
      )}
    </section>
  );
}
