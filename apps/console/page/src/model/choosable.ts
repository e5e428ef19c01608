import type { Overview } from './overview.js';

/** One line of a list to choose from. */
export interface Choosable {
  readonly value: string;
  readonly label: string;
}

/** The lines of a list out of the words for each value. */
export function choicesOf<Value extends string>(
  texts: Readonly<Record<Value, string>>,
): { readonly value: Value; readonly label: string }[] {
  return (Object.entries(texts) as [Value, string][]).map(([value, label]) => ({ value, label }));
}

export function memberChoices(overview: Overview | null): readonly Choosable[] {
  return named(overview?.members);
}

export function dagChoices(overview: Overview | null): readonly Choosable[] {
  return named(overview?.dags);
}

/** Each name once, though stand-alone servers may have a database of the same name. Recovery databases are nobody's to back up. */
export function databaseNames(overview: Overview | null): readonly string[] {
  const names = (overview?.databases ?? []).filter(({ kind }) => kind !== 'recovery').map(({ name }) => name);
  return [...new Set(names)].toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

function named(things: readonly { readonly id: string; readonly name: string }[] = []): readonly Choosable[] {
  return things.map(({ id, name }) => ({ value: id, label: name }));
}
