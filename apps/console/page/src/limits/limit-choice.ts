import type { LimitChange, LimitScope } from '#contracts';
import { dagChoices, memberChoices, type Choosable } from '../model/choosable.js';
import type { Overview } from '../model/overview.js';

const MS_PER_S = 1_000;

/** What is chosen in the form. */
export interface LimitChoice {
  readonly scope: LimitScope;
  /** Null: every one that has no limit of its own. */
  readonly name: string | null;
  /** As many at once, or, of a start gap, so many seconds; empty: as configured. */
  readonly value: number | string;
}

export const NO_LIMIT_CHOICE: LimitChoice = { scope: 'member', name: null, value: '' };

export function changeOf({ scope, name, value }: LimitChoice): LimitChange {
  const number = value === '' ? null : Number(value) * (scope === 'startGap' ? MS_PER_S : 1);
  return { scope, value: number, ...(name === null || name === '' ? {} : { name }) };
}

/** What a limit of this kind can be for; null: the page does not know the names, so they are typed. */
export function namesFor(scope: LimitScope, overview: Overview): readonly Choosable[] | null {
  const { members } = overview;
  switch (scope) {
    case 'global':
      return [];
    case 'dag':
      return dagChoices(overview);
    case 'member':
    case 'startGap':
      return memberChoices(overview);
    case 'site':
      return distinct(members.map(({ site }) => site));
    case 'storageServer':
      return distinct(members.map(({ storageServer }) => storageServer));
    case 'volume':
      return null;
    default: {
      const unknown: never = scope;
      throw new Error(`unknown limit ${String(unknown)}`);
    }
  }
}

function distinct(names: readonly (string | null)[]): readonly Choosable[] {
  const known = names.filter((name) => name !== null);
  return [...new Set(known)].toSorted().map((name) => ({ value: name, label: name }));
}
