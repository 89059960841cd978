import { useTranslation } from 'react-i18next';
import type { Phase } from '../api/types';

// The English word stays; other languages say it beside it.
export function StatusTag({ phase }: { phase: Phase }) {
  const { t } = useTranslation();
  const said = t(`status.${phase}`);
  return (
    <span className={`status status-${phase}`}>
      <span className="status-dot" aria-hidden="true" />
      <span className="status-word">{phase}</span>
      {said !== phase && <span className="status-said">{said}</span>}
    </span>
  );
}
