import { parseArgs } from 'node:util';
import { nameOf, type Series, type Shape } from './instances.js';

const SHAPES: readonly Shape[] = [
  { members: 4, databases: 20, copies: 3 },
  { members: 5, databases: 30, copies: 4 },
  { members: 8, databases: 60, copies: 4 },
  { members: 16, databases: 100, copies: 4 },
  { members: 16, databases: 100, copies: 3 },
  { members: 16, databases: 400, copies: 4 },
];
const SERIES: readonly Series[] = ['speeds', 'equal'];
const PARTS = ['quality', 'large', 'realised', 'fuzz', 'worlds'] as const;
type Part = (typeof PARTS)[number];
const COUNT_MAX = 100_000_000;

export interface Options {
  readonly shapes: readonly Shape[];
  readonly series: readonly Series[];
  readonly parts: ReadonlySet<Part>;
  readonly instances: number;
  readonly exactInstances: number;
  readonly dags: number;
  readonly largeRepeats: number;
  readonly databaseRuns: number;
  readonly json: string | undefined;
}

/** `--quick` is the same in small; each number given stands. */
export function optionsFrom(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'string' },
      quick: { type: 'boolean', default: false },
      shapes: { type: 'string' },
      series: { type: 'string' },
      parts: { type: 'string' },
      instances: { type: 'string' },
      exact: { type: 'string' },
      dags: { type: 'string' },
      'database-runs': { type: 'string' },
    },
  });
  const count = (text: string | undefined, full: number, quick: number): number =>
    text === undefined ? (values.quick ? quick : full) : wholeNumber(text);
  return {
    shapes: chosen(values.shapes, SHAPES, nameOf),
    series: chosen(values.series, SERIES, String),
    parts: new Set(chosen(values.parts, PARTS, String)),
    instances: count(values.instances, 500, 20),
    exactInstances: count(values.exact, 30, 1),
    dags: count(values.dags, 200, 20),
    largeRepeats: values.quick ? 1 : 5,
    databaseRuns: count(values['database-runs'], 1_000_000, 10_000),
    json: values.json,
  };
}

function chosen<Each>(text: string | undefined, all: readonly Each[], name: (each: Each) => string): readonly Each[] {
  if (text === undefined) return all;
  return text.split(',').map((wanted) => {
    const found = all.find((each) => name(each) === wanted);
    if (found !== undefined) return found;
    throw new Error(`"${wanted}" is none of ${all.map(name).join(', ')}`);
  });
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= COUNT_MAX) return value;
  throw new Error(`"${text}" is no whole number up to ${COUNT_MAX}`);
}
