import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { antdStyle } from './scripts/antdStyle';
import { manualPages } from './scripts/manualPlugin';

// Control sends these to browsers that take them, instead of compressing at every request. Written
// from the files as they are in the end.
function gzipNeighbours(): Plugin {
  return {
    name: 'gzip-neighbours',
    apply: 'build',
    writeBundle({ dir = '' }, bundle) {
      for (const name of Object.keys(bundle)) {
        if (!/\.(js|css|svg|html)$/.test(name)) continue;
        const content = readFileSync(join(dir, name));
        if (content.length >= 1024) writeFileSync(join(dir, `${name}.gz`), gzipSync(content, { level: 9 }));
      }
    },
  };
}

const server = process.env['SLIPWAY_URL'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react(), antdStyle(fileURLToPath(new URL('src', import.meta.url))), manualPages(), gzipNeighbours()],
  build: {
    outDir: '../build/web',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    // The policy allows no inline script; browsers of this target need no polyfill.
    modulePreload: { polyfill: false },
    manifest: true,
    chunkSizeWarningLimit: 800,
  },
  server: {
    // The manual is in docs/user.
    fs: { allow: ['..'] },
    proxy: Object.fromEntries(['/api', '/deployment/', '/version', '/healthz', '/docs'].map((path) => [path, server])),
  },
});
