import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import type { Deployment } from '../../api/types';
import { DeploymentCard } from './DeploymentCard';
import { useGlance } from './useGlance';

const CARD_HEIGHT = 240;
const GAP = 16;
const NARROWEST = 320;

// Only the rows in sight are in the page; ten thousand cards scroll as ten do.
export function CardGrid({ list }: { list: Deployment[] }) {
  const grid = useRef<HTMLDivElement>(null);
  const [box, setBox] = useState({ columns: 1, top: 0 });
  useEffect(() => {
    const element = grid.current;
    if (!element) return;
    const measure = () => {
      const columns = Math.max(1, Math.floor((element.clientWidth + GAP) / (NARROWEST + GAP)));
      setBox({ columns, top: element.getBoundingClientRect().top + window.scrollY });
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);
  const { columns } = box;
  const rows = useWindowVirtualizer({
    count: Math.ceil(list.length / columns),
    estimateSize: () => CARD_HEIGHT + GAP,
    overscan: 4,
    scrollMargin: box.top,
  });
  const seen = rows.getVirtualItems();
  const idsOf = (row: number) => list.slice(row * columns, (row + 1) * columns).map((deployment) => deployment.id);
  const glance = useGlance(seen.flatMap((row) => idsOf(row.index)));
  return (
    <div ref={grid} className="virtual" style={{ height: rows.getTotalSize() }}>
      {seen.map((row) => (
        <div
          key={row.key}
          className="card-row"
          style={{ transform: `translateY(${row.start - box.top}px)`, gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
        >
          {list.slice(row.index * columns, (row.index + 1) * columns).map((deployment) => (
            <DeploymentCard key={deployment.id} deployment={deployment} glance={glance.get(deployment.id)} />
          ))}
        </div>
      ))}
    </div>
  );
}
