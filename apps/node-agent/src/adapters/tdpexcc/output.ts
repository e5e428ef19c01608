/** Matches progress and summary lines alike; "Total LanFree Bytes" is another number. */
const TOTAL_BYTES = /\bTotal Bytes\s*:\s*(\d[\d.,' \u00a0]*)/i;
const VERSION = /\bVersion (\d+), Release (\d+), Level (\d+(?:\.\d+)*)/i;
const UINT64_MAX_DIGITS = 19;

/** Bytes moved so far, if the line tells. Separators follow the NUMberformat of the configuration (reference 4.4). */
export function bytesIn(line: string): string | null {
  const digits = TOTAL_BYTES.exec(line)?.[1]
    ?.replaceAll(/\D/g, '')
    .replace(/^0+(?=\d)/, '');
  return digits === undefined || digits.length > UINT64_MAX_DIGITS ? null : digits;
}

/** `7.1.3.0` from the banner, the only stable part of it; null when no line has it. */
export function versionIn(lines: readonly string[]): string | null {
  for (const line of lines) {
    const match = VERSION.exec(line);
    if (match) return match.slice(1).join('.');
  }
  return null;
}
