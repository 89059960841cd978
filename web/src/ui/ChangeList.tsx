import { useTranslation } from 'react-i18next';
import type { Change } from '../api/types';

// What was and what is, field by field. Values are shown as text, whatever is in them.
export function ChangeList({ changes }: { changes: Change[] }) {
  const { t } = useTranslation();
  if (changes.length === 0) return <p className="muted">{t('change.none')}</p>;
  return (
    <ul className="changes">
      {changes.map((change) => (
        <li key={change.field}>
          <code className="change-field">{change.field}</code>
          {change.before !== null && (
            <del>
              <span className="unseen">{t('change.before')}</span>
              {change.before || '""'}
            </del>
          )}
          {change.after !== null && (
            <ins>
              <span className="unseen">{t('change.after')}</span>
              {change.after || '""'}
            </ins>
          )}
        </li>
      ))}
    </ul>
  );
}
