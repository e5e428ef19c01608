import type { Overview } from './overview.js';

/** One line of a list to choose from. */
export interface Choosable {
  readonly value: string;
  readonly label: string;
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
