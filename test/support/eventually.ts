/**
 * Long enough for a machine whose processors belong to others: how long something may take is never what is tested by waiting for it, so the bound
 * only ends a test that waits in vain.
 */
const PATIENCE_MS = 90_000;
const POLL_MS = 50;
/** For what takes milliseconds. Still with pauses: a condition that asks all the time would take the processor from what it waits for. */
const POLL_SOON_MS = 5;

export interface Patience {
  /** Default: 90 s. */
  readonly withinMs?: number;
  /** How often it is looked. */
  readonly everyMs?: number;
  /** What is waited for, for the message when it does not come. */
  readonly what: string;
}

type Falsy = false | null | undefined;

/** The condition's first answer that is neither false, null nor undefined. Errors it throws on the way count as "not yet". */
export async function eventually<Result>(
  condition: () => Result | Falsy | Promise<Result | Falsy>,
  { withinMs = PATIENCE_MS, everyMs = POLL_MS, what }: Patience,
): Promise<Result> {
  const deadline = performance.now() + withinMs;
  let last = '';
  for (;;) {
    try {
      const result = await condition();
      if (result !== false && result !== null && result !== undefined) return result;
      last = `the last answer was ${String(result)}`;
    } catch (error) {
      last = `the last error was: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (performance.now() > deadline) throw new Error(`waited ${withinMs} ms in vain: ${what}; ${last}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

/** Waits for what comes soon. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  await eventually(condition, { everyMs: POLL_SOON_MS, what });
}
