import { parseArgs } from 'node:util';

export interface BenchOptions {
  readonly databases: readonly number[];
  /** Of the acting conductor. */
  readonly kills: number;
  /** Of an agent at work; each takes about half a minute. */
  readonly agentKills: number;
  /** In each round of measuring how fast orders leave. */
  readonly orders: number;
  readonly rounds: number;
  readonly json: string | null;
}

const FULL = { databases: '100,1000,10000,100000', kills: '30', 'agent-kills': '4', orders: '5000', rounds: '5' };
/** Minutes instead of a quarter of an hour, and coarser. */
const QUICK = { databases: '100,1000', kills: '5', 'agent-kills': '1', orders: '2000', rounds: '2' };
const DATABASES_MAX = 100_000;
const KILLS_MAX = 1_000;
const ORDERS_MAX = 50_000;
const ROUNDS_MAX = 100;

/** Throws with a sentence for the person who typed it. */
export function parseOptions(args: readonly string[]): BenchOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      json: text,
      databases: text,
      kills: text,
      'agent-kills': text,
      orders: text,
      rounds: text,
    },
  });
  const defaults = values.quick ? QUICK : FULL;
  return {
    databases: (values.databases ?? defaults.databases)
      .split(',')
      .map((each) => whole('--databases', each, 1, DATABASES_MAX)),
    kills: whole('--kills', values.kills ?? defaults.kills, 0, KILLS_MAX),
    agentKills: whole('--agent-kills', values['agent-kills'] ?? defaults['agent-kills'], 0, KILLS_MAX),
    orders: whole('--orders', values.orders ?? defaults.orders, 1, ORDERS_MAX),
    rounds: whole('--rounds', values.rounds ?? defaults.rounds, 0, ROUNDS_MAX),
    json: values.json ?? null,
  };
}

function whole(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new Error(`${name} must be a whole number from ${min} to ${max}, and is ${text}`);
}
