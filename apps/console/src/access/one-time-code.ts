import { timingSafeEqual } from 'node:crypto';

/** How long the link of the first start is good. */
export const ONE_TIME_CODE_MS = 15 * 60 * 1_000;

/** Lets the first administrator in, once, when there is no token yet to get in with. */
export class OneTimeCode {
  private open: { readonly code: string; readonly endsAtMs: number } | undefined;

  issue(code: string, nowMs: number): void {
    this.open = { code, endsAtMs: nowMs + ONE_TIME_CODE_MS };
  }

  /** True once, for the right code in time. */
  redeem(code: string, nowMs: number): boolean {
    const open = this.open;
    if (!open || open.endsAtMs <= nowMs || !isSame(open.code, code)) return false;
    this.open = undefined;
    return true;
  }
}

function isSame(left: string, right: string): boolean {
  const a = Buffer.from(left);
  const b = Buffer.from(right);
  return a.length === b.length && timingSafeEqual(a, b);
}
