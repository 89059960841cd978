import { useQuery } from '@tanstack/react-query';
import { Input } from 'antd';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useParams } from 'react-router-dom';
import { NothingHere } from '../../app/NothingHere';
import { isPageName, PAGE_NAMES } from '../../manual/page';
import { search, sectionsOf } from '../../manual/search';
import { PageHead } from '../../ui/PageHead';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { Waiting } from '../../ui/Waiting';
import { HelpResults } from './HelpResults';
import { HelpSides } from './HelpSides';
import { loadManual } from './load';
import { ManualNodes } from './ManualNodes';

// The user's manual, in the language of the page. Served with the rest of the UI: it needs no other
// machine.
export function HelpPage() {
  const { t, i18n } = useTranslation();
  const { page } = useParams();
  const { hash } = useLocation();
  const [typed, setTyped] = useState('');
  const query = useQuery({ queryKey: ['manual', i18n.language], queryFn: () => loadManual(i18n.language), staleTime: Infinity });
  const manual = query.data;
  const sections = useMemo(() => (manual ? sectionsOf(manual) : []), [manual]);
  const name = isPageName(page) ? page : PAGE_NAMES[0];
  useEffect(() => {
    if (!manual || !hash) return;
    document.getElementById(decodeURIComponent(hash.slice(1)))?.scrollIntoView();
  }, [manual, name, hash]);
  if (page !== undefined && !isPageName(page)) return <NothingHere />;
  if (query.isError) return <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />;
  if (!manual) return <Waiting />;
  const isSearching = typed.trim() !== '';
  return (
    <div className="help">
      <aside className="help-side">
        <Input type="search" aria-label={t('help.search')} placeholder={t('help.search')} value={typed} onChange={(event) => setTyped(event.target.value)} />
        {isSearching ? <HelpResults found={search(sections, typed)} onOpen={() => setTyped('')} /> : <HelpSides manual={manual} active={name} />}
      </aside>
      <article className="panel manual">
        <PageHead title={manual[name].title} />
        <ManualNodes nodes={manual[name].content} />
      </article>
    </div>
  );
}
