import { useTranslation } from 'react-i18next';
import type { Node } from '../../manual/page';
import { ManualNodes } from './ManualNodes';

export function ManualTable({ nodes }: { nodes: readonly Node[] }) {
  const { t } = useTranslation();
  return (
    <div className="scroll-x manual-table" tabIndex={0} role="group" aria-label={t('help.table')}>
      <table className="plain-table">
        <ManualNodes nodes={nodes} />
      </table>
    </div>
  );
}
