import { describe, expect, it } from '@jest/globals';
import { ProblemError, problemOf, unreachable } from './problem.js';

describe('what is shown of an error', () => {
  it('is the problem that the console told', () => {
    const problem = { type: 'a', title: 'b', status: 422, detail: 'c', violations: ['d'] };
    expect(problemOf(new ProblemError(problem))).toBe(problem);
  });

  it('says what was tried and what to do where nobody answered', () => {
    expect(problemOf(unreachable('GET /api/runs', new TypeError('Failed to fetch')))).toMatchObject({
      title: 'The console does not answer',
      detail: expect.stringMatching(/GET \/api\/runs .*\(Failed to fetch\).* try again/),
    });
  });

  it.each([[new Error('odd')], ['odd']])('blames nobody else for a fault of the page: %p', (error) => {
    expect(problemOf(error)).toMatchObject({ title: 'A fault of this page', detail: 'odd' });
  });
});
