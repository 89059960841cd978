import { sparkPath } from '../lib/panels';

const WIDTH = 96;
const HEIGHT = 20;

// Says nothing by itself: the number beside it does.
export function Sparkline({ values }: { values: readonly (number | null)[] }) {
  return (
    <svg className="spark" width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <path d={sparkPath(values, WIDTH, HEIGHT)} fill="none" stroke="var(--accent)" strokeWidth="1.5" />
    </svg>
  );
}
