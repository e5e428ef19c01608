const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const;
const STEP = 1_024;

/** `5368709120` → `5.0 GiB`. Takes the wire's decimal text too: beyond 2^53 only the shown digits are exact. */
export function formatBytes(bytes: number | string): string {
  let value = Number(bytes);
  let unit = 0;
  while (value >= STEP && unit < UNITS.length - 1) {
    value /= STEP;
    unit += 1;
  }
  return unit === 0 ? `${value} B` : `${value.toFixed(1)} ${UNITS[unit]}`;
}

/** `4000` → `4s`, `125000` → `2m05s`, `7500000` → `2h05m`, `200000000` → `2d07h`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m${two(seconds % 60)}s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours}h${two(minutes % 60)}m`;
  return `${Math.floor(hours / 24)}d${two(hours % 24)}h`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** The clock part of a UTC time: `2026-01-31T22:00:07.123Z` → `22:00:07`. */
export function clockOf(utc: string): string {
  return new Date(utc).toISOString().slice(11, 19);
}

export function percent(fraction: number): string {
  return `${Math.floor(fraction * 100)}%`;
}

/** Cuts to a width, marking the cut. The text must hold no escape sequences. */
export function clip(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}
