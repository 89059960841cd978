import { useTranslation } from 'react-i18next';
import { textOf, type Node } from '../../manual/page';
import { CopyButton } from '../../ui/CopyButton';

// The server that the manual speaks of is the one that shows it.
const SERVER = /https:\/\/slipway\.example/g;

export function ManualCode({ nodes }: { nodes: readonly Node[] }) {
  const { t } = useTranslation();
  const text = textOf(nodes).replace(SERVER, window.location.origin);
  return (
    <div className="manual-code">
      <pre className="code" tabIndex={0}>
        {text}
      </pre>
      <CopyButton text={text} what={t('common.command')} />
    </div>
  );
}
