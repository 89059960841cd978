// Checks boards (files given as arguments) against Grafana's TypeScript types: each becomes a typed literal, so that a missing
// member, an unknown one and a wrong value are all compile errors. Prints them; exit code 1 when there are any.
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const here = path.dirname(new URL(import.meta.url).pathname);
const kOptions = { stat: 'StatPanelCfg', timeseries: 'TimeSeriesPanelCfg', table: 'TablePanelCfg' };

const source = (file) => {
  const board = JSON.parse(fs.readFileSync(file, 'utf8'));
  const lines = [
    "import type { Dashboard } from '@grafana/schema';",
    // In JSON the value of a string enum is just a string.
    'type Json<T> = T extends string ? `${T}` : T extends object ? { [K in keyof T]: Json<T[K]> } : T;',
    `export const board: Json<Dashboard> = ${JSON.stringify(board, null, 1)};`,
  ];
  for (const panel of board.panels) {
    if (panel.type === 'row') continue;
    const types = kOptions[panel.type];
    if (types === undefined) throw new Error(`${file}: no types are known for panels of type '${panel.type}'`);
    const module = `@grafana/schema/dist/esm/raw/composable/${panel.type}/panelcfg/x/${types}_types.gen`;
    lines.push(`import type { Options as O${panel.id} } from '${module}';`);
    lines.push(`export const options${panel.id}: Json<Partial<O${panel.id}>> = ${JSON.stringify(panel.options)};`);
  }
  return lines.join('\n');
};

const files = process.argv.slice(2).map((file) => {
  const name = path.join(here, `${path.basename(file, '.json')}.check.ts`);
  fs.writeFileSync(name, source(file));
  return name;
});
if (files.length === 0) throw new Error('usage: check.mjs BOARD.json ...');
const program = ts.createProgram(files, {
  strict: true, noEmit: true, skipLibCheck: true, target: ts.ScriptTarget.ES2022, types: [],
  module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler,
});
const problems = ts.getPreEmitDiagnostics(program);
console.log(ts.formatDiagnostics(problems, {
  getCanonicalFileName: (name) => path.basename(name), getCurrentDirectory: () => here, getNewLine: () => '\n',
}));
process.exit(problems.length === 0 ? 0 : 1);
