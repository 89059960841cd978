import { describe, expect, it } from 'vitest';
import { EXAMPLE_LANGUAGES, example } from './examples';

describe('an example', () => {
  it.each(EXAMPLE_LANGUAGES)('in %s names endpoint and data', (language) => {
    const text = example(language, 'http://h/deployment/iris/api/v1.0/predictions', false);
    expect(text).toContain('http://h/deployment/iris/api/v1.0/predictions');
    expect(text).toContain('tensor');
    expect(text).not.toContain('client-token');
  });
  it.each(EXAMPLE_LANGUAGES)('in %s shows where the token of a private endpoint goes', (language) => {
    expect(example(language, 'http://h/', true)).toContain('<client-token>');
  });
  it('survives quotes in a shell', () => {
    expect(example('curl', 'http://h/', false, `{"a":"it's"}`)).toContain(`'{"a":"it'\\''s"}'`);
  });
});
