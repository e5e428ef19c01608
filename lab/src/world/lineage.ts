/**
 * Which changes a file has seen. A restore puts a database back to an earlier generation, and what users do from then on is
 * something else than what they did before: later generations have another content although they have the same numbers. A
 * lineage names, for every generation, whose content it is. The first segment begins with 0, the database as it was made.
 */
export interface LineageSegment {
  readonly fromGeneration: number;
  readonly label: string;
}

export type Lineage = readonly LineageSegment[];

/** Of a database that was never restored. */
export function firstLineage(guid: string): Lineage {
  return [{ fromGeneration: 0, label: guid }];
}

/** As rows keep it. Equal lineages are equal texts. */
export function lineageText(lineage: Lineage): string {
  return JSON.stringify(lineage);
}

export function lineageIn(text: string): Lineage {
  const value: unknown = JSON.parse(text);
  if (!Array.isArray(value) || !value.every(isSegment)) throw new Error(`not a lineage: ${text}`);
  return value;
}

export function labelAt(lineage: Lineage, generation: number): string {
  const segment = lineage.findLast((each) => each.fromGeneration <= generation);
  if (segment === undefined) throw new Error(`a lineage without a beginning: ${lineageText(lineage)}`);
  return segment.label;
}

/** What a backup of that generation holds of it: later segments do not matter. */
export function lineageUpTo(lineage: Lineage, generation: number): Lineage {
  return lineage.filter((each) => each.fromGeneration <= generation);
}

/** Another future after that generation. */
export function forkAfter(lineage: Lineage, generation: number, label: string): Lineage {
  return [...lineageUpTo(lineage, generation), { fromGeneration: generation + 1, label }];
}

/** Both have the same content at that generation. */
export function agreeUpTo(left: Lineage, right: Lineage, generation: number): boolean {
  return lineageText(lineageUpTo(left, generation)) === lineageText(lineageUpTo(right, generation));
}

function isSegment(value: unknown): value is LineageSegment {
  return (
    typeof value === 'object' &&
    value !== null &&
    'fromGeneration' in value &&
    typeof value.fromGeneration === 'number' &&
    'label' in value &&
    typeof value.label === 'string'
  );
}
