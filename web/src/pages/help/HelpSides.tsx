import { useTranslation } from 'react-i18next';
import { Link, NavLink } from 'react-router-dom';
import { PAGE_NAMES, textOf, type PageName } from '../../manual/page';
import type { Manual } from '../../manual/search';

// All pages, and the headings of the one that is shown.
export function HelpSides({ manual, active }: { manual: Manual; active: PageName }) {
  const { t } = useTranslation();
  return (
    <nav aria-label={t('nav.help')}>
      <ul className="help-pages">
        {PAGE_NAMES.map((name) => (
          <li key={name}>
            <NavLink to={`/help/${name}`} className={name === active ? 'active' : ''} aria-current={name === active ? 'page' : undefined}>
              {manual[name].title}
            </NavLink>
            {name === active && (
              <ul>
                {manual[name].content
                  .filter((one) => one.tag === 'h2')
                  .map((one) => (
                    <li key={one.id}>
                      <Link to={`#${one.id ?? ''}`}>{textOf(one.children)}</Link>
                    </li>
                  ))}
              </ul>
            )}
          </li>
        ))}
      </ul>
    </nav>
  );
}
