import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../i18n';
import { PAGE_NAMES, textOf, type Element, type ManualPage, type Node, type PageName } from './page';
import { anchorOf, pageOf } from './pageOf';
import { search, sectionsOf, type Manual } from './search';

const folder = join(__dirname, '../../../docs/user');
const read = (language: string): Manual =>
  Object.fromEntries(PAGE_NAMES.map((name) => [name, pageOf(readFileSync(join(folder, language, `${name}.md`), 'utf8'))])) as Manual;
const manuals = Object.fromEntries(LANGUAGES.map((language) => [language, read(language)])) as Record<string, Manual>;
const router = readFileSync(join(__dirname, '../app/router.tsx'), 'utf8');
const admin = readFileSync(join(__dirname, '../pages/admin/AdminPage.tsx'), 'utf8');
const routes = readFileSync(join(__dirname, '../../openapi.json'), 'utf8');

function all(nodes: readonly Node[]): Element[] {
  return nodes.flatMap((node) => (typeof node === 'string' ? [] : [node, ...all(node.children)]));
}
const headings = (page: ManualPage) => all(page.content).filter((one) => one.id !== undefined);

// undefined: it leads somewhere.
function deadEnd(manual: Manual, from: PageName, href: string): string | undefined {
  const [path = '', anchor] = href.split('#');
  const help = /^\/help\/(.+)$/.exec(path)?.[1] ?? (path === '' ? from : undefined);
  if (help !== undefined) {
    const page = (manual as Record<string, ManualPage | undefined>)[help];
    if (!page) return 'no such page';
    return anchor === undefined || headings(page).some((one) => one.id === anchor) ? undefined : 'no such heading';
  }
  if (path === '/docs' || path === '/openapi.json') return undefined;
  const tab = /^\/admin\/([a-z-]+)$/.exec(path)?.[1];
  if (tab) return admin.includes(`  ${tab}: {`) || admin.includes(`  '${tab}': {`) ? undefined : 'no such tab';
  return router.includes(`path: '${path.slice(1)}'`) ? undefined : 'no such page of the UI';
}

describe('the manual', () => {
  it('has the same pages in every language, and none besides', () => {
    for (const language of LANGUAGES) {
      expect(readdirSync(join(folder, language)).sort()).toEqual(PAGE_NAMES.map((name) => `${name}.md`).sort());
    }
  });
  it('has the same parts in every language', () => {
    const shape = (page: ManualPage) => page.content.map((one) => one.tag);
    for (const name of PAGE_NAMES) {
      for (const language of LANGUAGES) expect(shape(manuals[language]?.[name] as ManualPage), `${language} ${name}`).toEqual(shape(manuals['en']?.[name] as ManualPage));
    }
  });
  it('shows the same commands in every language', () => {
    const code = (page: ManualPage) => all(page.content).filter((one) => one.tag === 'pre').map((one) => textOf(one.children));
    for (const name of PAGE_NAMES) {
      for (const language of LANGUAGES) expect(code(manuals[language]?.[name] as ManualPage), `${language} ${name}`).toEqual(code(manuals['en']?.[name] as ManualPage));
    }
  });
  it('has no heading twice on a page', () => {
    for (const manual of Object.values(manuals)) {
      for (const page of Object.values(manual)) {
        const ids = headings(page).map((one) => one.id);
        expect(new Set(ids).size, page.title).toBe(ids.length);
      }
    }
  });
  it('links only to what is there', () => {
    let links = 0;
    for (const [language, manual] of Object.entries(manuals)) {
      for (const name of PAGE_NAMES) {
        for (const { href } of all(manual[name].content).filter((one) => one.tag === 'a')) {
          links += 1;
          expect(deadEnd(manual, name, href ?? ''), `${language} ${name}: ${href}`).toBeUndefined();
        }
      }
    }
    expect(links).toBeGreaterThan(10);
  });
  it('names only routes of the API that are there', () => {
    const known = new Set(Object.keys((JSON.parse(routes) as { paths: object }).paths));
    for (const manual of Object.values(manuals)) {
      for (const page of Object.values(manual)) {
        for (const [path] of textOf(page.content).matchAll(/\/api\/v1\/[a-z/-]+/g)) {
          expect(known.has(path.replace('/deployments/iris', '/deployments/{id}')), `${page.title}: ${path}`).toBe(true);
        }
      }
    }
  });
});

describe('a link that leads nowhere', () => {
  it('is found out', () => {
    const manual = manuals['en'] as Manual;
    expect(deadEnd(manual, 'api', '/help/none')).toBe('no such page');
    expect(deadEnd(manual, 'api', '#none')).toBe('no such heading');
    expect(deadEnd(manual, 'api', '/admin/none')).toBe('no such tab');
    expect(deadEnd(manual, 'api', '/nowhere')).toBe('no such page of the UI');
  });
});

describe('a page', () => {
  it('takes text as text', () => {
    const page = pageOf('# A & B\n\nIs 1 < 2 & `<b>`\n');
    expect(page).toEqual({ title: 'A & B', content: [{ tag: 'p', children: ['Is 1 < 2 & ', { tag: 'code', children: ['<b>'] }] }] });
  });
  it('refuses markup, pictures and other hosts', () => {
    expect(() => pageOf('# A\n\n<b>x</b>\n')).toThrow('cannot hold');
    expect(() => pageOf('# A\n\n![x](y.png)\n')).toThrow('cannot hold');
    expect(() => pageOf('# A\n\n[x](https://elsewhere.example)\n')).toThrow('without a network');
    expect(() => pageOf('text\n')).toThrow('begins with its title');
  });
  it('names headings as GitHub does', () => {
    expect(anchorOf('Add a client')).toBe('add-a-client');
    expect(anchorOf('Call it, and go back!')).toBe('call-it-and-go-back');
    expect(anchorOf('新增用戶端')).toBe('新增用戶端');
  });
});

describe('search', () => {
  const sections = sectionsOf(manuals['en'] as Manual);
  it('finds sections with all words, those that are called so first', () => {
    const [first] = search(sections, 'ADD client');
    expect(first).toMatchObject({ page: 'private-endpoints', heading: 'Add a client', address: '/help/private-endpoints#add-a-client' });
    expect(search(sections, 'http_sd')[0]?.excerpt).toContain('http_sd');
  });
  it('finds words in Chinese', () => {
    expect(search(sectionsOf(manuals['zh-TW'] as Manual), '新增 用戶端')[0]).toMatchObject({ page: 'private-endpoints', heading: '新增用戶端' });
  });
  it('finds nothing for nothing, and for what is not there', () => {
    expect(search(sections, '  ')).toEqual([]);
    expect(search(sections, 'zeppelin')).toEqual([]);
  });
});
