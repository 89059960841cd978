// A page of the manual as values: what Markdown becomes at build time, and what is shown of it.

// Elements that a page may hold. Nothing else is ever made of it.
export const TAGS = ['p', 'h2', 'h3', 'ul', 'ol', 'li', 'strong', 'em', 'code', 'pre', 'a', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'blockquote'] as const;
export type Tag = (typeof TAGS)[number];

export interface Element {
  tag: Tag;
  children: Node[];
  // Of headings: what links name.
  id?: string;
  // Of links.
  href?: string;
}
export type Node = string | Element;

export interface ManualPage {
  title: string;
  content: Element[];
}

// In the order in which people read them; each is a file in docs/user/<language>.
export const PAGE_NAMES = ['quick-start', 'package-a-model', 'private-endpoints', 'monitoring', 'command-line', 'api'] as const;
export type PageName = (typeof PAGE_NAMES)[number];

export const isPageName = (name: string | undefined): name is PageName => PAGE_NAMES.some((one) => one === name);

export function textOf(nodes: readonly Node[]): string {
  return nodes.map((node) => (typeof node === 'string' ? node : textOf(node.children))).join('');
}
