const UNITS: Readonly<Record<string, bigint>> = {
  '': 1n,
  B: 1n,
  K: 1_024n,
  M: 1_024n ** 2n,
  G: 1_024n ** 3n,
  T: 1_024n ** 4n,
};

/** A number with whatever separators, and perhaps a unit, standing alone between blanks. */
const SIZE = /(?<=^|\s)(\d{1,3}(?:[ ']\d{3})+(?:[.,]\d+)?|\d[\d.,']*)\s?([KMGT]?)(?:i?B|bytes)?(?=\s|$)/gi;
const HUNDREDTHS = 100n;
const UINT64_MAX_DIGITS = 19;

export interface FoundSize {
  readonly bytes: string;
  /** Where it begins in the text. */
  readonly at: number;
}

/** The last size in a text, in bytes. With a unit it is rounded to what the client printed of it. */
export function lastSizeIn(text: string): FoundSize | null {
  const match = [...text.matchAll(SIZE)].at(-1);
  if (match?.[1] === undefined) return null;
  const unit = UNITS[(match[2] ?? '').toUpperCase()];
  if (unit === undefined) return null;
  const { whole, hundredths } = split(match[1], unit === 1n);
  const bytes = (whole * unit + (hundredths * unit) / HUNDREDTHS).toString();
  return bytes.length > UINT64_MAX_DIGITS ? null : { bytes, at: match.index };
}

/** Bytes have no fraction, so every separator in them groups digits; with a unit, the last one followed by other than three digits is the point. */
function split(text: string, isBytes: boolean): { readonly whole: bigint; readonly hundredths: bigint } {
  const fraction = isBytes ? null : /[.,](\d{1,2}|\d{4,})$/.exec(text);
  const whole = (fraction === null ? text : text.slice(0, fraction.index)).replaceAll(/\D/g, '');
  const digits = (fraction?.[1] ?? '').padEnd(2, '0').slice(0, 2);
  return { whole: BigInt(whole), hundredths: BigInt(digits) };
}
