import { getMetadataStorage, ValidationTypes } from 'class-validator';
import { distance } from 'fastest-levenshtein';

/** A key further away than this is no misspelling. */
const MISSPELLING_MAX = 3;

/** The keys that a configuration class knows: those with a validator. */
export function knownKeys(type: Function): readonly string[] {
  return [...new Set(metadataOf(type).map((each) => each.propertyName))].toSorted();
}

/** True for a key with `@IsOptional`. */
export function isOptional(type: Function, key: string): boolean {
  return metadataOf(type).some(
    (each) => each.propertyName === key && each.type === ValidationTypes.CONDITIONAL_VALIDATION,
  );
}

function metadataOf(type: Function) {
  return getMetadataStorage().getTargetValidationMetadatas(type, '', true, false);
}

export function nearest(key: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((each) => ({ each, far: distance(each.toLowerCase(), key.toLowerCase()) }))
    .toSorted((one, other) => one.far - other.far);
  return best && best.far <= MISSPELLING_MAX ? best.each : undefined;
}
