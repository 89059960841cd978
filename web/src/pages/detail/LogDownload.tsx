import { Button } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { urlOf } from '../../api/http';
import { allLogs, logParameters, logPath, type LogQuery } from '../../api/logStream';
import { isShown, type ShownLevel } from '../../lib/logFilters';
import { LevelGuesser } from '../../lib/logLevel';
import { saveFile } from '../../ui/saveFile';
import { toasts } from '../../ui/toasts';

interface LogDownloadProps {
  id: string;
  query: LogQuery;
  levels: readonly ShownLevel[];
}

// Exactly what is filtered, from the first line to the last. Levels are guessed here, so those are sifted here.
export function LogDownload({ id, query, levels }: LogDownloadProps) {
  const { t } = useTranslation();
  const abort = useRef<AbortController>(null);
  const [isBusy, setBusy] = useState(false);
  if (levels.length === 0) {
    const url = urlOf(logPath(id, query.replica), { download: true, format: 'text', timestamps: true, ...logParameters(query) });
    return (
      <Button href={url} download>
        {t('logs.download')}
      </Button>
    );
  }
  const sift = async () => {
    abort.current = new AbortController();
    setBusy(true);
    const guesser = new LevelGuesser();
    const parts: Blob[] = [];
    try {
      for await (const lines of allLogs(id, query, abort.current.signal)) {
        const wanted = lines.filter((line) => isShown(guesser.guess(line), levels));
        const text = wanted.map((line) => `${line.time} ${query.replica ? '' : `${line.replica} | `}${line.line}\n`).join('');
        if (text) parts.push(new Blob([text]));
      }
      saveFile(`${query.replica || id}-${levels.join('-')}.log`, new Blob(parts, { type: 'text/plain' }));
    } catch (error) {
      toasts.failure(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button loading={isBusy} onClick={() => void sift()}>
      {t('logs.download')}
    </Button>
  );
}
