import { describe, expect, it } from 'vitest';
import { fieldOf, placeErrors } from './fieldErrors';

describe('errors of a problem', () => {
  it('find the field of the form', () => {
    expect(fieldOf('image')).toEqual(['modelImage']);
    expect(fieldOf('environment[2].name')).toEqual(['env', 2, 'name']);
    expect(fieldOf('port')).toEqual(['port']);
  });
  it('stand together at one field, and above the form when it has no such field', () => {
    const placed = placeErrors(
      [
        { path: 'image', message: 'is empty' },
        { path: 'image', message: 'has a blank' },
        { path: 'colour', message: 'is no member' },
        { path: '', message: 'is no object' },
      ],
      (field) => field[0] === 'modelImage',
    );
    expect(placed.fields).toEqual([{ name: ['modelImage'], errors: ['is empty', 'has a blank'] }]);
    expect(placed.rest).toEqual(['colour: is no member', 'is no object']);
  });
  it('are none when the problem has none', () => {
    expect(placeErrors(undefined, () => true)).toEqual({ fields: [], rest: [] });
  });
});
