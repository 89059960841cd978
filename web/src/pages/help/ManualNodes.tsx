import { createElement, Fragment } from 'react';
import type { Node } from '../../manual/page';
import { ManualCode } from './ManualCode';
import { ManualHeading } from './ManualHeading';
import { ManualLink } from './ManualLink';
import { ManualTable } from './ManualTable';

// Pages of the manual hold nothing but the elements of manual/page.ts.
export function ManualNodes({ nodes }: { nodes: readonly Node[] }) {
  return nodes.map((node, index) => {
    if (typeof node === 'string') return <Fragment key={index}>{node}</Fragment>;
    const { tag, children } = node;
    if (tag === 'pre') return <ManualCode key={index} nodes={children} />;
    if (tag === 'a') return <ManualLink key={index} to={node.href ?? ''} nodes={children} />;
    if (tag === 'table') return <ManualTable key={index} nodes={children} />;
    if (tag === 'h2' || tag === 'h3') return <ManualHeading key={index} tag={tag} id={node.id ?? ''} nodes={children} />;
    return createElement(tag, { key: index, ...(tag === 'th' && { scope: 'col' }) }, <ManualNodes nodes={children} />);
  });
}
