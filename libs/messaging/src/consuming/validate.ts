import { plainToInstance, type ClassConstructor } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { messageOf } from '../connection/log.js';

/** More are cut, with a line that says how many. */
const VIOLATIONS_MAX = 200;

export type Validated<T> =
  | { readonly ok: true; readonly data: T }
  | { readonly ok: false; readonly violations: readonly string[] };

/** Makes an instance of a DTO from parsed JSON. Unknown fields are left out; every wrong one is named with its path. */
export function validated<T extends object>(type: ClassConstructor<T>, plain: unknown): Validated<T> {
  if (typeof plain !== 'object' || plain === null || Array.isArray(plain)) {
    return { ok: false, violations: ['the data must be a JSON object'] };
  }
  try {
    const data = plainToInstance(type, plain);
    const errors = validateSync(data, { whitelist: true, forbidUnknownValues: true });
    return errors.length === 0
      ? { ok: true, data }
      : { ok: false, violations: bounded(errors.flatMap((error) => linesOf(error, ''))) };
  } catch (error) {
    // JSON nested so deeply that the transformation overflows the stack, or values that no transformation expects.
    return { ok: false, violations: [`the data cannot be read: ${messageOf(error)}`] };
  }
}

function linesOf(error: ValidationError, parent: string): readonly string[] {
  const path = pathOf(parent, error.property);
  const own = Object.values(error.constraints ?? {}).map((text) =>
    text.startsWith(`${error.property} `) ? `${path}${text.slice(error.property.length)}` : `${path}: ${text}`,
  );
  return [...own, ...(error.children ?? []).flatMap((child) => linesOf(child, path))];
}

function pathOf(parent: string, property: string): string {
  if (parent === '') return property;
  return /^\d+$/.test(property) ? `${parent}[${property}]` : `${parent}.${property}`;
}

function bounded(violations: readonly string[]): readonly string[] {
  if (violations.length <= VIOLATIONS_MAX) return violations;
  return [...violations.slice(0, VIOLATIONS_MAX), `… and ${violations.length - VIOLATIONS_MAX} more`];
}
