import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pickLanguage } from './index';

type Tree = { [key: string]: string | Tree };
const src = join(__dirname, '..');
const read = (name: string) => JSON.parse(readFileSync(join(__dirname, name), 'utf8')) as Tree;

function flat(tree: Tree, before = ''): Map<string, string> {
  const out = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') out.set(before + key, value);
    else flat(value, `${before}${key}.`).forEach((text, inner) => out.set(inner, text));
  }
  return out;
}
function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return sources(path);
    return /\.tsx?$/.test(name) && !name.endsWith('.test.ts') ? [readFileSync(path, 'utf8')] : [];
  });
}

const en = flat(read('en.json'));
const zh = flat(read('zh-TW.json'));
const withoutPlural = (key: string) => key.replace(/_(one|other)$/, '');
const names = (text: string) => [...new Set(text.match(/{{\w+}}/g) ?? [])].sort();
const code = sources(src).join('\n');

describe('texts', () => {
  it('have the same keys in both languages', () => {
    const keys = (texts: Map<string, string>) => [...new Set([...texts.keys()].map(withoutPlural))].sort();
    expect(keys(zh)).toEqual(keys(en));
  });
  it('have the plurals of their language', () => {
    for (const [texts, language] of [[en, 'en'], [zh, 'zh-TW']] as const) {
      const wanted = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
      for (const key of [...texts.keys()].filter((one) => one !== withoutPlural(one))) {
        for (const category of wanted) expect(texts.has(`${withoutPlural(key)}_${category}`), `${language} ${key} ${category}`).toBe(true);
      }
    }
  });
  it('are all used', () => {
    // Keys whose last part is computed, as t(`status.${phase}`).
    const computed = [...code.matchAll(/t\(`([\w.]+\.)\$\{/g)].map((match) => match[1] ?? '');
    const unused = [...new Set([...en.keys()].map(withoutPlural))].filter(
      (key) => !code.includes(`'${key}'`) && !computed.some((prefix) => key.startsWith(prefix)),
    );
    expect(unused).toEqual([]);
  });
  it('are translated and take the same values', () => {
    for (const [key, text] of zh) {
      expect(text.trim(), key).not.toBe('');
      const english = en.get(key) ?? '';
      expect(names(text), key).toEqual(names(english));
    }
  });
});

describe('the language of the page', () => {
  it('is what was chosen, else what the browser wants, else English', () => {
    expect(pickLanguage('en', ['zh-TW'])).toBe('en');
    expect(pickLanguage(null, ['zh-Hant-HK', 'en'])).toBe('zh-TW');
    expect(pickLanguage(null, ['de-DE', 'en-GB', 'zh'])).toBe('en');
    expect(pickLanguage(null, ['de-DE'])).toBe('en');
    expect(pickLanguage('xx', [])).toBe('en');
  });
});
