import { describe, expect, it } from 'vitest';
import { toYaml } from './yaml';

describe('YAML', () => {
  it('nests maps and lists, and leaves out what is not set', () => {
    expect(
      toYaml({ kind: 'Deployment', replicas: 2, environment: [{ name: 'A', value: '1' }], metadata: { team: 'vision' }, empty: [], none: {}, x: undefined, health_path: null }),
    ).toBe(
      'kind: Deployment\nreplicas: 2\nenvironment:\n  - name: A\n    value: "1"\nmetadata:\n  team: vision\nempty: []\nnone: {}\nhealth_path: null\n',
    );
  });
  it('quotes what would be read as something else', () => {
    expect(toYaml({ a: 'yes', b: '1.5', c: 'x: y', d: '花', e: 'line\nbreak', f: '' })).toBe(
      'a: "yes"\nb: "1.5"\nc: "x: y"\nd: "花"\ne: "line\\nbreak"\nf: ""\n',
    );
  });
});
