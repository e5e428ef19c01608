import { hostname } from 'node:os';
import { getMetadataStorage } from 'class-validator';
import type { ClassConstructor } from 'class-transformer';
import { RestoreSpellingConfig } from '#contracts';
import { ConductorConfig } from '../../apps/conductor/src/config.js';
import { ConsoleConfig } from '../../apps/console/src/config.js';
import { InventoryConfig } from '../../apps/inventory/src/config.js';
import { NodeAgentConfig } from '../../apps/node-agent/src/config.js';
import { isSection, variableOf } from '../../libs/service/src/config/environment.js';
import { knownKeys } from '../../libs/service/src/config/known-keys.js';

/** The configuration file of each service, and what it may hold. */
export const CONFIGURATIONS: Readonly<Record<string, ClassConstructor<object>>> = {
  'conductor.yaml': ConductorConfig,
  'inventory.yaml': InventoryConfig,
  'node-agent.yaml': NodeAgentConfig,
  'console.yaml': ConsoleConfig,
};

export interface KnownKey {
  /** As people write it: `timing.leaseMs`. */
  readonly key: string;
  /** As a table of the page gives it; empty where there is none. */
  readonly standard: string;
  /** The least and the most that a number may be, in words; empty for everything else. */
  readonly bounds: string;
}

/** Every key of a class, those of its sections too. The words of `tdpexcc restore` are one key: a block of the page holds them. */
export function keysOf(type: ClassConstructor<object>, before: readonly string[] = []): readonly KnownKey[] {
  const standards: object = new type();
  return knownKeys(type).flatMap((name) => {
    const path = [...before, name];
    const kind: unknown = Reflect.getMetadata('design:type', type.prototype, name);
    if (isSection(kind) && kind !== RestoreSpellingConfig) return keysOf(kind, path);
    const key = path.join('.');
    const standard: unknown = Object.entries(standards).find(([each]) => each === name)?.[1];
    return [{ key, standard: standardText(name, standard), bounds: boundsOf(type, name) }];
  });
}

export function knownVariables(): ReadonlySet<string> {
  const keys = Object.values(CONFIGURATIONS).flatMap((type) => keysOf(type));
  return new Set(keys.map(({ key }) => variableOf(key.split('.'))));
}

function standardText(name: string, value: unknown): string {
  if (typeof value === 'number') return inWords(name, value);
  if (value === hostname()) return "the host's name";
  if (Array.isArray(value)) return value.length === 0 ? '' : `\`${value.join(' ')}\``;
  return typeof value === 'string' || typeof value === 'boolean' ? `\`${value}\`` : '';
}

function boundsOf(type: Function, name: string): string {
  const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', true, false);
  const limit = (rule: string): unknown =>
    rules.find((each) => each.propertyName === name && each.name === rule)?.constraints[0];
  const [least, most] = [limit('min'), limit('max')];
  if (typeof least !== 'number') return '';
  return typeof most === 'number'
    ? `${inWords(name, least)} to ${inWords(name, most)}`
    : `from ${inWords(name, least)}`;
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** Times are written in milliseconds, and read in the largest unit that leaves no rest. */
function inWords(name: string, value: number): string {
  const plain = value.toLocaleString('en');
  if (!name.endsWith('Ms')) return plain;
  const unit = UNITS.find(([, size]) => value >= size && value % size === 0);
  return unit ? `${(value / unit[1]).toLocaleString('en')} ${unit[0]}` : `${plain} ms`;
}
