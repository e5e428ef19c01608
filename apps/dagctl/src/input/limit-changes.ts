import { LIMIT_SCOPES, type LimitChange, type LimitScope } from '#contracts';
import { parseDuration } from './duration.js';
import { UsageError } from './usage-error.js';

const CHANGE = /^(?<scope>[A-Za-z]+)(?::(?<name>[^=]+))?=(?<value>.+)$/;
const AS_CONFIGURED = 'configured';

/** `site:Site-A=4`, `member=2`, `startGap:EX03=30s`, `global=configured`; every fault is named at once. */
export function limitChanges(texts: readonly string[]): readonly LimitChange[] {
  const faults: string[] = [];
  const changes = texts.flatMap((text) => {
    const { scope, name, value = '' } = CHANGE.exec(text)?.groups ?? {};
    if (scope === undefined || !isScope(scope)) {
      faults.push(`"${text}" must be like site:Site-A=4, with one of ${LIMIT_SCOPES.join(', ')}`);
      return [];
    }
    const number = value === AS_CONFIGURED ? null : valueIn(scope, value);
    if (number === undefined) {
      const form = scope === 'startGap' ? 'a time like 30s' : 'a whole number from 1';
      faults.push(`"${text}": the value must be ${form}, or "${AS_CONFIGURED}"`);
      return [];
    }
    return [{ scope, value: number, ...(name === undefined ? {} : { name }) }];
  });
  if (texts.length === 0) faults.push('give at least one change, like site:Site-A=4');
  if (faults.length === 0) return changes;
  throw new UsageError(`The limits cannot be set like this:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
}

function valueIn(scope: LimitScope, text: string): number | undefined {
  if (scope === 'startGap') return parseDuration(text);
  return /^[1-9]\d*$/.test(text) ? Number(text) : undefined;
}

function isScope(text: string): text is LimitScope {
  return (LIMIT_SCOPES as readonly string[]).includes(text);
}
