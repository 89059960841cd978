import { useVirtualizer } from '@tanstack/react-virtual';
import type { FormListFieldData } from 'antd';
import { useEffect, useRef } from 'react';
import { PairRow } from './PairRow';

const ROW_HEIGHT = 40;

interface PairListProps {
  rows: readonly FormListFieldData[];
  title: string;
  nameWord: string;
  valueWord: string;
  isShown: boolean;
  onRemove: (index: number) => void;
}

// Only the rows in sight are in the page; the form keeps what the others hold.
export function PairList({ rows, onRemove, ...rest }: PairListProps) {
  const box = useRef<HTMLDivElement>(null);
  const before = useRef(rows.length);
  const list = useVirtualizer({ count: rows.length, estimateSize: () => ROW_HEIGHT, overscan: 8, getScrollElement: () => box.current });
  useEffect(() => {
    if (rows.length > before.current) list.scrollToIndex(rows.length - 1);
    before.current = rows.length;
  }, [rows.length, list]);
  return (
    <div ref={box} className="pair-list">
      <div className="virtual" style={{ height: list.getTotalSize() }}>
        {list.getVirtualItems().map(({ index, start }) => {
          const row = rows[index];
          return row && <PairRow key={row.key} {...rest} index={index} offset={start} onRemove={() => onRemove(row.name)} />;
        })}
      </div>
    </div>
  );
}
