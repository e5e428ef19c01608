import 'reflect-metadata';
import type { ClassConstructor } from 'class-transformer';
import { isOptional, knownKeys } from './known-keys.js';

export type Env = Readonly<Record<string, string | undefined>>;

const PREFIX = 'DAG_';
/** Sections within sections; deeper ones are set in the file only. */
const SECTION_DEPTH_MAX = 4;

export interface Overridden {
  readonly config: object;
  readonly faults: readonly string[];
}

/** The environment variable of a key: `DAG_TIMING_LEASE_MS` of `timing.leaseMs`. */
export function variableOf(path: readonly string[]): string {
  return `${PREFIX}${path.map(upperSnake).join('_')}`;
}

/** Puts `DAG_<SECTION>_<KEY>` over what the file says: `DAG_BROKER_URL` is `broker.url`, `DAG_DATA_DIR` is `dataDir`. Pure. */
export function overrides(type: ClassConstructor<object>, written: object, env: Env): Overridden {
  return overrideSection(type, written, env, []);
}

function overrideSection(
  type: ClassConstructor<object>,
  written: object,
  env: Env,
  path: readonly string[],
): Overridden {
  const config: Record<string, unknown> = { ...written };
  const faults: string[] = [];
  for (const key of knownKeys(type)) {
    const own = [...path, key];
    const name = variableOf(own);
    const kind: unknown = Reflect.getMetadata('design:type', type.prototype, key);
    if (isSection(kind) && path.length < SECTION_DEPTH_MAX) {
      const before: unknown = config[key];
      const isAbsent = before === undefined || before === null;
      if (!isAbsent && (typeof before !== 'object' || Array.isArray(before))) continue;
      const section = overrideSection(kind, isAbsent ? {} : before, env, own);
      faults.push(...section.faults);
      // A section that must be there is looked at even when it is not, so that what is missing in it is named.
      if (!isAbsent || Object.keys(section.config).length > 0 || !isOptional(type, key)) config[key] = section.config;
      continue;
    }
    const text = env[name];
    if (text === undefined) continue;
    const value = valueOf(text, kind);
    if (value === undefined)
      faults.push(`${name} cannot be read: "${text}" is no ${kind === Number ? 'number' : 'true or false'}`);
    else config[key] = value;
  }
  return { config, faults };
}

/** A list is written with commas. */
function valueOf(text: string, kind: unknown): unknown {
  if (kind === Number) return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined;
  if (kind === Boolean) return text === 'true' ? true : text === 'false' ? false : undefined;
  return kind === Array ? text.split(',').map((part) => part.trim()) : text;
}

/** True for the class of a section: it has keys of its own. */
export function isSection(kind: unknown): kind is ClassConstructor<object> {
  return (
    typeof kind === 'function' &&
    ![String, Number, Boolean, Array, Object, Date].some((each) => each === kind) &&
    knownKeys(kind).length > 0
  );
}

function upperSnake(key: string): string {
  return key.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();
}
