// The style sheet of the parts of antd that the sources use, made when the UI is built: browsers
// then neither make nor insert styles while they draw (theme.zeroRuntime). Colours are variables,
// which antd sets for the theme that was chosen.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { extractStyle } from '@ant-design/static-style-extract';
import { ConfigProvider } from 'antd';
import { createElement, type ReactNode } from 'react';
import type { Plugin } from 'vite';

const NAME = 'virtual:antd.css';
const IMPORT = /import \{([^}]*)\} from 'antd'/g;

// Of parts: a name of a type has a word before it, and what is no part begins small.
export function namesImported(source: string): string[] {
  return [...source.matchAll(IMPORT)]
    .flatMap(([, names = '']) => names.split(','))
    .map((name) => (name.split(' as ')[0] ?? '').trim())
    .filter((name) => /^[A-Z]\w*$/.test(name));
}

function partsIn(folder: string): Set<string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));
  return new Set(files.flatMap((file) => namesImported(readFileSync(join(folder, file), 'utf8'))));
}

// The shape of the theme matters here, and none of its values: they are the variables.
const themed = (parts: ReactNode) => createElement(ConfigProvider, { theme: { hashed: false }, warning: { strict: false } }, parts);

export function antdStyle(folder: string): Plugin {
  return {
    name: 'antd-style',
    resolveId: (id) => (id === NAME ? NAME : null),
    load(id) {
      if (id !== NAME) return null;
      const includes = [...partsIn(folder)].filter((part) => part !== 'ConfigProvider').sort();
      return extractStyle({ includes, customTheme: themed });
    },
  };
}
