import { createElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { textOf, type Node } from '../../manual/page';
import { ManualNodes } from './ManualNodes';

export function ManualHeading({ tag, id, nodes }: { tag: 'h2' | 'h3'; id: string; nodes: readonly Node[] }) {
  const { t } = useTranslation();
  return createElement(
    tag,
    { id },
    <ManualNodes nodes={nodes} />,
    ' ',
    <Link className="anchor" to={`#${id}`} aria-label={t('help.linkTo', { heading: textOf(nodes) })}>
      #
    </Link>,
  );
}
