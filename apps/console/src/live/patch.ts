/** A view as it travels: an object of JSON. */
export type View = Readonly<Record<string, unknown>>;

/** What changed in a list whose items have ids. First `gone` is taken out, then `changed` is laid over what is there or added. */
export interface ListPatch {
  readonly changed: readonly View[];
  readonly gone: readonly (string | number)[];
}

/** What changed in a view within a view. */
interface InnerPatch {
  readonly changed: Patch;
}

/** The changed fields of a view with their new values; a list whose items have ids comes as a {@link ListPatch}. */
export type Patch = View;

/** Views within a view. */
const INNER: ReadonlySet<string> = new Set(['restore']);

/** The lists whose items have ids, and what the id is called. What is new comes at their end, wherever it was. */
const ID_IN: Readonly<Record<string, string>> = {
  members: 'id',
  databases: 'guid',
  copies: 'member',
  runs: 'runId',
  tasks: 'taskId',
  attempts: 'number',
  steps: 'number',
  log: 'sequence',
};

export interface Sameness {
  /** Moments that differ by less are the same: those of the overview are reckoned from ages, anew with each look. */
  readonly sameMomentMs: number;
}

const EXACTLY: Sameness = { sameMomentMs: 0 };

/**
 * What makes `after` of `before`; null where nothing changed. A patch takes no field away: which views need that must be sent
 * whole, see {@link losesField}.
 */
export function patchOf(before: View, after: View, sameness: Sameness = EXACTLY): Patch | null {
  const changed = Object.entries(after).flatMap(([field, value]) => {
    const known = before[field];
    const id = ID_IN[field];
    if (id !== undefined && isListWith(id, known) && isListWith(id, value)) {
      const list = listPatchOf(id, known, value, sameness);
      return list ? [[field, list] as const] : [];
    }
    if (INNER.has(field) && isView(known) && isView(value) && !losesField(known, value)) {
      const inner = patchOf(known, value, sameness);
      return inner ? [[field, { changed: inner } satisfies InnerPatch] as const] : [];
    }
    return isSame(known, value, sameness, field) ? [] : [[field, value] as const];
  });
  return changed.length === 0 ? null : Object.fromEntries(changed);
}

/** The view that a patch makes of another. What did not change stays the same object. */
export function patched<Seen extends object>(before: Seen, patch: Patch): Seen {
  const known = before as View;
  const after = Object.fromEntries(
    Object.entries(patch).map(([field, value]) => {
      const id = ID_IN[field];
      const old = known[field];
      if (id !== undefined && isListPatch(value)) return [field, patchedList(id, old, value)];
      if (INNER.has(field) && isView(old) && isInnerPatch(value)) return [field, patched(old, value.changed)];
      return [field, value];
    }),
  );
  return { ...before, ...after };
}

export function losesField(before: View, after: View): boolean {
  return Object.keys(before).some((field) => !(field in after));
}

function listPatchOf(
  id: string,
  before: readonly View[],
  after: readonly View[],
  sameness: Sameness,
): ListPatch | null {
  const known = byId(id, before);
  const there = byId(id, after);
  const gone = [...known.keys()].filter((key) => !there.has(key));
  const changed: View[] = [];
  for (const [key, item] of there) {
    const old = known.get(key);
    if (old === item) continue;
    const isAnew = old === undefined || losesField(old, item);
    if (old && isAnew) gone.push(key);
    const patch = isAnew ? item : patchOf(old, item, sameness);
    if (patch) changed.push({ [id]: key, ...patch });
  }
  return changed.length + gone.length === 0 ? null : { changed, gone };
}

function patchedList(id: string, before: unknown, { changed, gone }: ListPatch): readonly View[] {
  const items = byId(id, isListWith(id, before) ? before : []);
  for (const key of gone) items.delete(key);
  for (const patch of changed) {
    const key = keyOf(id, patch);
    const known = items.get(key);
    items.set(key, known ? patched(known, patch) : patch);
  }
  return [...items.values()];
}

function byId(id: string, items: readonly View[]): Map<string | number, View> {
  return new Map(items.map((item) => [keyOf(id, item), item]));
}

function keyOf(id: string, item: View): string | number {
  return item[id] as string | number;
}

function isListWith(id: string, value: unknown): value is readonly View[] {
  return Array.isArray(value) && value.every((item) => isView(item) && id in item);
}

function isView(value: unknown): value is View {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListPatch(value: unknown): value is ListPatch {
  return isView(value) && 'changed' in value && 'gone' in value;
}

function isInnerPatch(value: unknown): value is View & InnerPatch {
  return isView(value) && isView(value['changed']);
}

function isSame(left: unknown, right: unknown, sameness: Sameness, field = ''): boolean {
  if (left === right) return true;
  if (typeof left === 'string' && typeof right === 'string') {
    return field.endsWith('edAt') && Math.abs(Date.parse(left) - Date.parse(right)) < sameness.sameMomentMs;
  }
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  const a = Object.entries(left);
  const b = right as View;
  return a.length === Object.keys(b).length && a.every(([key, value]) => isSame(value, b[key], sameness, key));
}
