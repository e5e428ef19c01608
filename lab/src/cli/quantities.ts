/** Quantities as people type them on a command line. Each answers the value, or throws an {@link OptionError} that says what is right. */

export class OptionError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'OptionError';
  }
}

const UNITS: Readonly<Record<string, number>> = {
  b: 1,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
};
const EXAMPLES = 'a number with B, KiB, MiB or GiB, like 40MiB';

export function parseBytes(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]+)?$/i.exec(text.trim());
  const factor = UNITS[(match?.[2] ?? 'b').toLowerCase()];
  const bytes = Math.round(Number(match?.[1]) * (factor ?? Number.NaN));
  if (!Number.isSafeInteger(bytes) || bytes <= 0) throw new OptionError([`"${text}" is no size: write ${EXAMPLES}`]);
  return bytes;
}

/** `4MiB..64MiB`, or one size for all. */
export function parseByteRange(text: string): { readonly minBytes: number; readonly maxBytes: number } {
  const ends = text.split('..');
  const [first = '', last = first] = ends;
  if (ends.length > 2) throw new OptionError([`"${text}" is no range of sizes: write it like 4MiB..64MiB`]);
  const minBytes = parseBytes(first);
  const maxBytes = parseBytes(last);
  if (minBytes > maxBytes) throw new OptionError([`"${text}" begins above its end: write the smaller size first`]);
  return { minBytes, maxBytes };
}

export function parseRate(text: string): number {
  const match = /^(.*?)\s*\/\s*s$/i.exec(text.trim());
  if (match?.[1] === undefined) throw new OptionError([`"${text}" is no rate: write ${EXAMPLES}/s`]);
  return parseBytes(match[1]);
}

export function parseWholeNumber(text: string, min: number, max: number): number {
  const value = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw new OptionError([`"${text}" is no whole number from ${min} to ${max}`]);
}

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value.toFixed(1)} ${units[unit] ?? ''}`;
}

/** Reads every field and throws one error with everything that is wrong, each line naming its option. */
export function readOptions<Readers extends Readonly<Record<string, { readonly flag: string; read(): unknown }>>>(
  readers: Readers,
): { readonly [Name in keyof Readers]: ReturnType<Readers[Name]['read']> } {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, { flag, read }] of Object.entries(readers)) {
    try {
      values[name] = read();
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      problems.push(...error.problems.map((problem) => `${flag}: ${problem}`));
    }
  }
  if (problems.length > 0) throw new OptionError(problems);
  return values as { readonly [Name in keyof Readers]: ReturnType<Readers[Name]['read']> };
}
