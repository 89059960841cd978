import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import type { Found } from '../../manual/search';

export function HelpResults({ found, onOpen }: { found: readonly Found[]; onOpen: () => void }) {
  const { t } = useTranslation();
  return (
    <>
      <p className="muted" role="status">
        {found.length === 0 ? t('help.nothing') : t('help.found', { count: found.length })}
      </p>
      <ul className="help-results" aria-label={t('help.results')}>
        {found.map((one) => (
          <li key={one.address}>
            <Link to={one.address} onClick={onOpen}>
              {one.heading || one.title}
            </Link>
            {one.heading && <span className="muted"> · {one.title}</span>}
            <p className="muted">{one.excerpt}</p>
          </li>
        ))}
      </ul>
    </>
  );
}
