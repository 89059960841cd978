// Finds sections of the manual that have every word of what was typed. Pure.
import { PAGE_NAMES, textOf, type Element, type ManualPage, type PageName } from './page';

export type Manual = Record<PageName, ManualPage>;

export interface Section {
  page: PageName;
  title: string;
  // "": what stands before the first heading.
  heading: string;
  address: string;
  text: string;
}

export interface Found extends Section {
  // The words around the first match.
  excerpt: string;
}

const AROUND = 48;
const MOST = 20;

// Cells and items are words apart.
function words(element: Element): string {
  const parts = element.children.map((child) => (typeof child === 'string' ? child : words(child)));
  return parts.join(['ul', 'ol', 'table', 'thead', 'tbody', 'tr'].includes(element.tag) ? ' ' : '');
}

export function sectionsOf(manual: Manual): Section[] {
  return PAGE_NAMES.flatMap((page) => {
    const { title, content } = manual[page];
    const sections: Section[] = [{ page, title, heading: '', address: `/help/${page}`, text: '' }];
    for (const element of content) {
      if (element.tag === 'h2') {
        sections.push({ page, title, heading: textOf(element.children), address: `/help/${page}#${element.id ?? ''}`, text: '' });
        continue;
      }
      const last = sections.at(-1);
      if (last) last.text += `${words(element)} `;
    }
    return sections;
  });
}

function excerptOf(text: string, wanted: readonly string[]): string {
  const lower = text.toLowerCase();
  const at = Math.max(0, Math.min(...wanted.map((word) => lower.indexOf(word)).filter((index) => index >= 0), text.length));
  const begin = at === text.length ? 0 : Math.max(0, at - AROUND);
  const end = Math.min(text.length, begin + 3 * AROUND);
  return `${begin > 0 ? '…' : ''}${text.slice(begin, end).trim()}${end < text.length ? '…' : ''}`;
}

export function search(sections: readonly Section[], typed: string): Found[] {
  const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return [];
  const has = (text: string) => wanted.every((word) => text.toLowerCase().includes(word));
  // What is called so comes before what only speaks of it.
  const rank = (one: Section) => (has(one.heading || one.title) ? 0 : 1);
  return sections
    .filter((one) => has(`${one.title} ${one.heading} ${one.text}`))
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, MOST)
    .map((one) => ({ ...one, excerpt: excerptOf(one.text, wanted) }));
}
