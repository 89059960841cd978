// Turns a page of the manual from Markdown into values, when the UI is built. What a page cannot
// hold (markup, pictures, addresses of other hosts) is an error, so that none is left out unseen.
import { lexer, type Token, type Tokens } from 'marked';
import { textOf, type Element, type ManualPage, type Node, type Tag } from './page';

// As GitHub makes it, so that links work there, too.
export function anchorOf(heading: string): string {
  return heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').trim().replace(/\s/g, '-');
}

// "api.md#predictions" -> "/help/api#predictions"
function addressOf(href: string): string {
  const [, page, anchor = ''] = /^([a-z-]+)\.md(#.*)?$/.exec(href) ?? [];
  if (page) return `/help/${page}${anchor}`;
  if (/^[#/]/.test(href)) return href;
  throw new Error(`the manual is read without a network: it cannot link to ${href}`);
}

const is = <Type extends Tokens.Generic>(token: Token, type: string): token is Type => token.type === type;
const element = (tag: Tag, children: Node[], more: Partial<Element> = {}): Element => ({ tag, children, ...more });

function inline(tokens: readonly Token[] | undefined): Node[] {
  return (tokens ?? []).map((token): Node => {
    if (is<Tokens.Strong>(token, 'strong')) return element('strong', inline(token.tokens));
    if (is<Tokens.Em>(token, 'em')) return element('em', inline(token.tokens));
    if (is<Tokens.Codespan>(token, 'codespan')) return element('code', [token.text]);
    if (is<Tokens.Link>(token, 'link')) return element('a', inline(token.tokens), { href: addressOf(token.href) });
    if (is<Tokens.Escape>(token, 'escape')) return token.text;
    if (is<Tokens.Text>(token, 'text')) return token.text;
    throw new Error(`the manual cannot hold ${token.type}: ${token.raw}`);
  });
}

function list(token: Tokens.List): Element {
  const items = token.items.map((item) =>
    element('li', item.tokens.flatMap((one) => (is<Tokens.Text>(one, 'text') ? inline(one.tokens ?? [one]) : block(one)))),
  );
  return element(token.ordered ? 'ol' : 'ul', items);
}

function table(token: Tokens.Table): Element {
  const row = (cells: readonly Tokens.TableCell[], tag: Tag) => element('tr', cells.map((cell) => element(tag, inline(cell.tokens))));
  return element('table', [element('thead', [row(token.header, 'th')]), element('tbody', token.rows.map((cells) => row(cells, 'td')))]);
}

function block(token: Token): Element[] {
  if (is<Tokens.Space>(token, 'space')) return [];
  if (is<Tokens.Paragraph>(token, 'paragraph')) return [element('p', inline(token.tokens))];
  if (is<Tokens.Code>(token, 'code')) return [element('pre', [token.text])];
  if (is<Tokens.List>(token, 'list')) return [list(token)];
  if (is<Tokens.Table>(token, 'table')) return [table(token)];
  if (is<Tokens.Blockquote>(token, 'blockquote')) return [element('blockquote', token.tokens.flatMap(block))];
  if (is<Tokens.Heading>(token, 'heading') && (token.depth === 2 || token.depth === 3)) {
    const children = inline(token.tokens);
    return [element(token.depth === 2 ? 'h2' : 'h3', children, { id: anchorOf(textOf(children)) })];
  }
  throw new Error(`the manual cannot hold ${token.type}: ${token.raw}`);
}

export function pageOf(markdown: string): ManualPage {
  const [title, ...rest] = lexer(markdown).filter((token) => token.type !== 'space');
  if (!title || !is<Tokens.Heading>(title, 'heading') || title.depth !== 1) throw new Error('a page of the manual begins with its title');
  return { title: textOf(inline(title.tokens)), content: rest.flatMap(block) };
}
