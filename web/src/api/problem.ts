// What can go wrong with a call, as errors that pages decide by.
import type { Problem } from './types';

export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
    this.name = 'ProblemError';
  }

  get status(): number {
    return this.problem.status;
  }

  // "invalid", "quota", "precondition", "password-change-required"
  get code(): string {
    return this.problem.type.replace('urn:slipway:problem:', '');
  }
}

// The server, or what stands before it, does not answer: worth trying again.
export class AwayError extends Error {
  constructor() {
    super('the server does not answer');
    this.name = 'AwayError';
  }
}

export const isAway = (error: unknown): boolean => error instanceof AwayError;
export const hasCode = (error: unknown, code: string): boolean => error instanceof ProblemError && error.code === code;
export const hasStatus = (error: unknown, status: number): boolean =>
  error instanceof ProblemError && error.status === status;

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'status' in value && 'detail' in value && 'type' in value;
}

// An answer that is no success, as the error to throw. Gateways that cannot reach control say so
// with a problem of no type of ours.
export function errorOf(status: number, body: unknown): Error {
  const problem = isProblem(body) ? body : undefined;
  const fromUs = problem?.type.startsWith('urn:slipway:') ?? false;
  if (!fromUs && status >= 502 && status <= 504) return new AwayError();
  return new ProblemError(
    problem ?? { type: 'about:blank', title: String(status), status, detail: `the server answered ${status}` },
  );
}
