import { parseArgs } from 'node:util';
import { VARIANTS, isVariantName, type Variant, type VariantName } from './broken.js';

export interface SimulateOptions {
  readonly seeds: number;
  readonly first: number;
  readonly members: number;
  readonly databases: number;
  readonly json: string | null;
  readonly variant: VariantName | null;
  readonly hasRestores: boolean;
}

export const USAGE = `npm run simulate -- [--seeds N] [--seed S] [--members N] [--databases N] [--json FILE] [--variant NAME] [--restores]

  --seeds N      how many seeds (default 300)
  --seed S       the first of them (default 1); with --seeds 1 this one alone
  --members N    servers of the DAG, 2 to 16 (default 4)
  --databases N  databases, 1 to 100 (default 12)
  --json FILE    writes the outcome to a file as well
  --restores     restores are asked for in the middle of the backups
  --variant NAME a product broken on purpose: ${Object.keys(VARIANTS).join(', ')}`;

/** Throws with a sentence for the person who typed it. */
export function parseOptions(args: readonly string[]): SimulateOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: text,
      seed: text,
      members: text,
      databases: text,
      json: text,
      variant: text,
      restores: { type: 'boolean' },
    },
  });
  const { variant } = values;
  if (variant !== undefined && !isVariantName(variant)) {
    throw new Error(`--variant ${variant} is unknown; known are ${Object.keys(VARIANTS).join(', ')}`);
  }
  // What is broken of restores shows only beside them.
  const shown: Variant | undefined = variant === undefined ? undefined : VARIANTS[variant];
  return {
    seeds: whole('--seeds', values.seeds ?? '300', 1, 1_000_000),
    first: whole('--seed', values.seed ?? '1', 0, 2_000_000_000),
    members: whole('--members', values.members ?? '4', 2, 16),
    databases: whole('--databases', values.databases ?? '12', 1, 100),
    json: values.json ?? null,
    variant: variant ?? null,
    hasRestores: values.restores ?? shown?.hasRestores ?? false,
  };
}

function whole(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new Error(`${name} must be a whole number from ${min} to ${max}, and is ${text}`);
  }
  return value;
}
