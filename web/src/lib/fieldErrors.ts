// Where the errors of a problem belong in a form: the API's paths become the form's fields.
import type { Problem } from '../api/types';

// Names that the form keeps from the original product.
const FORM_NAMES: Record<string, string> = {
  image: 'modelImage',
  instance_type: 'instanceType',
  environment: 'env',
  pull_secret: 'imagePullSecret',
  message: 'updateMessage',
  access: 'privateAccess',
  group: 'groupId',
};

export type FieldPath = (string | number)[];

// "environment[2].name" -> ["env", 2, "name"]
export function fieldOf(path: string): FieldPath {
  const parts = path.split(/[.[\]]+/).filter(Boolean);
  return parts.map((part, index) => (/^\d+$/.test(part) ? Number(part) : index === 0 ? (FORM_NAMES[part] ?? part) : part));
}

export interface PlacedErrors {
  fields: { name: FieldPath; errors: string[] }[];
  rest: string[];
}

// `known` says which fields the form has; what belongs to none is shown above it.
export function placeErrors(errors: Problem['errors'], known: (field: FieldPath) => boolean): PlacedErrors {
  const placed: PlacedErrors = { fields: [], rest: [] };
  for (const { path, message } of errors ?? []) {
    const name = fieldOf(path);
    const there = placed.fields.find((field) => field.name.join('.') === name.join('.'));
    if (there) there.errors.push(message);
    else if (known(name)) placed.fields.push({ name, errors: [message] });
    else placed.rest.push(path ? `${path}: ${message}` : message);
  }
  return placed;
}
