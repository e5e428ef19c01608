import type { PipeTransform } from '@nestjs/common';
import type { ClassConstructor } from 'class-transformer';
import { REQUEST_ID_PATTERN } from '#contracts';
import { validated } from '#messaging';
import { ProblemError, problem } from './problem.js';

/** Makes a DTO of a request's body, or refuses it with everything that is wrong. */
export function bodyAs<T extends object>(type: ClassConstructor<T>): PipeTransform<unknown, T> {
  return { transform: (body) => checked(type, body ?? {}) };
}

/** The same for a query string, where numbers come as text. */
export function queryAs<T extends object>(type: ClassConstructor<T>): PipeTransform<unknown, T> {
  return { transform: (query) => checked(type, withNumbers(query)) };
}

/** What a request makes together of its parts, or a refusal with everything that is wrong. */
export function checked<T extends object>(type: ClassConstructor<T>, plain: unknown): T {
  const outcome = validated(type, plain);
  if (outcome.ok) return outcome.data;
  throw new ProblemError(
    problem(400, 'request.invalid', `The request is wrong: ${outcome.violations.join('; ')}`, {
      violations: outcome.violations,
    }),
  );
}

function withNumbers(query: unknown): unknown {
  if (typeof query !== 'object' || query === null) return query;
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [
      name,
      typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value,
    ]),
  );
}

/** The key under which a request that starts something is known. */
export function idempotencyKey(header: string | undefined): string {
  if (header !== undefined && REQUEST_ID_PATTERN.test(header)) return header;
  const detail =
    header === undefined
      ? 'A request that starts something needs an Idempotency-Key header: a text of your own, e.g. a UUID. Asking again with it starts nothing new.'
      : 'The Idempotency-Key must begin with a letter or digit and have at most 128 letters, digits and ._:-';
  throw new ProblemError(problem(400, 'request.idempotency-key', detail, { violations: [detail] }));
}
