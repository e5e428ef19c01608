import { parseArgs } from 'node:util';
import { WorldError } from './errors.js';

/** Reads `--name VALUE` arguments of the lab's own programs; every one is required, and nothing else is taken. */
export function requiredArguments<Name extends string>(
  argv: readonly string[],
  names: readonly Name[],
): Readonly<Record<Name, string>> {
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  const usage = names.map((name) => `--${name} ${name.toUpperCase()}`).join(' ');
  let values: Readonly<Record<string, unknown>>;
  try {
    values = parseArgs({ args: [...argv], options, strict: true }).values;
  } catch (error) {
    throw new WorldError([`${error instanceof Error ? error.message : String(error)}; usage: ${usage}`]);
  }
  const missing = names.filter((name) => typeof values[name] !== 'string');
  if (missing.length > 0)
    throw new WorldError([`missing ${missing.map((name) => `--${name}`).join(', ')}; usage: ${usage}`]);
  return Object.fromEntries(names.map((name) => [name, String(values[name])])) as Record<Name, string>;
}
