import { Transform } from 'class-transformer';
import { IsIn, IsISO8601, Matches, ValidateBy, type ValidationOptions } from 'class-validator';
import { ID_PATTERN, memberIdOf } from './ids.js';
import { UINT64_PATTERN } from './vocabulary.js';

/** A member or DAG id as made by `memberIdOf`; another spelling of the same name is folded on the way in. */
export function IsId(options?: ValidationOptions): PropertyDecorator {
  const fold = Transform(({ value }: { value: unknown }) =>
    Array.isArray(value) ? value.map(foldOne) : foldOne(value),
  );
  const check = Matches(ID_PATTERN, {
    message: '$property must name a server or DAG (letters, digits and -), not "$value"',
    ...options,
  });
  return (target, key) => {
    fold(target, key);
    check(target, key);
  };
}

function foldOne(value: unknown): unknown {
  return typeof value === 'string' ? memberIdOf(value) : value;
}

/** An unsigned integer of up to 64 bits, as decimal text. */
export function IsUInt64String(options?: ValidationOptions): PropertyDecorator {
  return Matches(UINT64_PATTERN, {
    message: '$property must be an unsigned integer written as text, like "5368709120"',
    ...options,
  });
}

/** A moment in UTC, ISO-8601 with a trailing Z: the only form in which times travel. */
export function IsUtc(options?: ValidationOptions): PropertyDecorator {
  const check = ValidateBy(
    {
      name: 'isUtc',
      validator: {
        validate: (value: unknown) =>
          typeof value === 'string' && value.endsWith('Z') && !Number.isNaN(Date.parse(value)),
        defaultMessage: () => '$property must be a UTC time like 2026-01-31T22:00:00Z',
      },
    },
    options,
  );
  const format = IsISO8601({ strict: true }, options);
  return (target, key) => {
    check(target, key);
    format(target, key);
  };
}

/** One word of a closed vocabulary; the message lists the words that are right. */
export function IsOneOf(words: readonly string[], options?: ValidationOptions): PropertyDecorator {
  return IsIn(words, { message: `$property must be one of ${words.join(', ')}, not "$value"`, ...options });
}
