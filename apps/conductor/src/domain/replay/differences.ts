/** Differences told of one decision; the first ones show what has changed. */
const DIFFERENCES_MAX = 10;

/** Where two values differ, as they would come back from the store: `candidates[1].score.durationMs: 1000, now 2000`. Empty: they are the same. */
export function differences(then: unknown, now: unknown): readonly string[] {
  const all = differencesAt('', stored(then), stored(now));
  return all.length > DIFFERENCES_MAX
    ? [...all.slice(0, DIFFERENCES_MAX), `and ${all.length - DIFFERENCES_MAX} more`]
    : all;
}

function stored(value: unknown): unknown {
  const text = JSON.stringify(value);
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}

function differencesAt(path: string, then: unknown, now: unknown): readonly string[] {
  if (then === now) return [];
  if (!isObject(then) || !isObject(now) || Array.isArray(then) !== Array.isArray(now))
    return [`${path}: ${textOf(then)}, now ${textOf(now)}`];
  const keys = new Set([...Object.keys(then), ...Object.keys(now)]);
  return [...keys].flatMap((key) => differencesAt(pathTo(path, key, Array.isArray(then)), then[key], now[key]));
}

function pathTo(path: string, key: string, isIndex: boolean): string {
  if (isIndex) return `${path}[${key}]`;
  return path === '' ? key : `${path}.${key}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function textOf(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
