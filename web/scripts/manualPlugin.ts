// Lets the UI import the manual's pages: Markdown becomes a module of plain values, so that the
// browser needs neither a parser nor markup made of text.
import type { Plugin } from 'vite';
import { pageOf } from '../src/manual/pageOf';

export function manualPages(): Plugin {
  return {
    name: 'manual-pages',
    transform(code, id) {
      if (!id.endsWith('.md')) return null;
      return { code: `export default ${JSON.stringify(pageOf(code))};`, map: null };
    },
  };
}
