import { PAGE_NAMES, type ManualPage } from '../../manual/page';
import type { Manual } from '../../manual/search';

// From the files of one language, by their paths.
export function manualFrom(files: Record<string, ManualPage>): Manual {
  const pages = PAGE_NAMES.map((name) => {
    const file = Object.keys(files).find((path) => path.endsWith(`/${name}.md`)) ?? '';
    const page = files[file];
    if (!page) throw new Error(`the manual has no page ${name}`);
    return [name, page] as const;
  });
  return Object.fromEntries(pages) as Manual;
}
