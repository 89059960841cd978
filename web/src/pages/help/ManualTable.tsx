import type { Node } from '../../manual/page';
import { ManualNodes } from './ManualNodes';

export function ManualTable({ nodes }: { nodes: readonly Node[] }) {
  return (
    <div className="scroll-x manual-table">
      <table className="plain-table">
        <ManualNodes nodes={nodes} />
      </table>
    </div>
  );
}
