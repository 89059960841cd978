import { describe, expect, it } from 'vitest';
import { namesImported } from '../../scripts/antdStyle';

describe('names of antd that a source imports', () => {
  it('are those of its parts, over several lines and beside types', () => {
    const source = "import { Button, Modal as Dialog } from 'antd';\nimport {\n  Form,\n  type InputRef,\n  theme,\n} from 'antd';\nimport { Table } from './antd';";
    expect(namesImported(source)).toEqual(['Button', 'Modal', 'Form']);
  });
});
