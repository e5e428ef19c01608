const PARTS = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g;
const WHOLE = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/;
const MS_OF: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `6h`, `90m`, `1h30m`, `45s` in milliseconds; undefined for anything else. A bare number has no unit and is refused. */
export function parseDuration(text: string): number | undefined {
  if (!WHOLE.test(text)) return undefined;
  const parts = [...text.matchAll(PARTS)];
  return Math.round(parts.reduce((total, [, amount, unit]) => total + Number(amount) * (MS_OF[unit ?? ''] ?? 0), 0));
}
