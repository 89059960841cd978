import { Link } from 'react-router-dom';
import type { Node } from '../../manual/page';
import { ManualNodes } from './ManualNodes';

// What the server itself serves, beside this UI.
const NO_PAGES_OF_OURS = ['/docs', '/openapi.json'];

export function ManualLink({ to, nodes }: { to: string; nodes: readonly Node[] }) {
  const content = <ManualNodes nodes={nodes} />;
  return NO_PAGES_OF_OURS.includes(to) ? <a href={to}>{content}</a> : <Link to={to}>{content}</Link>;
}
