import { within } from './within.js';

/** One thing that a service needs to do its work. */
export interface Check {
  readonly name: string;
  look(): CheckResult | Promise<CheckResult>;
}

export interface CheckResult {
  readonly ok: boolean;
  /** For people; no secret, and no name of a database or a run. */
  readonly detail: string;
}

export interface Readiness {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, CheckResult>>;
}

/** A check that takes longer has failed: whoever asks has given up by then. */
export const CHECK_LIMIT_MS = 2_000;

/** Looks at everything side by side. Never rejects. */
export async function readinessOf(checks: readonly Check[], limitMs: number = CHECK_LIMIT_MS): Promise<Readiness> {
  const results = await Promise.all(checks.map(async (check) => [check.name, await resultOf(check, limitMs)] as const));
  return { ready: results.every(([, { ok }]) => ok), checks: Object.fromEntries(results) };
}

async function resultOf({ look }: Check, limitMs: number): Promise<CheckResult> {
  try {
    return await within(Promise.resolve().then(look), limitMs);
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}
