import type { DoctorCheck, DoctorFinding } from '#contracts';
import type { Answer, DoctorFacts } from './facts.js';
import { FINDINGS_PER_CHECK } from './limits.js';

/** One thing that is looked at. */
export type Check = (facts: DoctorFacts, say: Findings) => readonly DoctorFinding[];

/** Makes the findings of one check. What comes after a text is to be typed, in that order. */
export interface Findings {
  ok(text: string): DoctorFinding;
  warning(text: string, ...commands: readonly string[]): DoctorFinding;
  problem(text: string, ...commands: readonly string[]): DoctorFinding;
  notChecked(text: string): DoctorFinding;
}

export function findingsOf(check: DoctorCheck): Findings {
  return {
    ok: (text) => ({ check, state: 'ok', text, commands: [] }),
    warning: (text, ...commands) => ({ check, state: 'warning', text, commands }),
    problem: (text, ...commands) => ({ check, state: 'problem', text, commands }),
    notChecked: (text) => ({ check, state: 'notChecked', text, commands: [] }),
  };
}

/** What is found in an answer; that there is none is a finding, too. */
export function inAnswer<Value>(
  answer: Answer<Value>,
  say: Findings,
  judge: (value: Value) => readonly DoctorFinding[],
): readonly DoctorFinding[] {
  return answer.kind === 'failed' ? [say.notChecked(whyUnknown(answer))] : judge(answer.value);
}

const NO_ANSWER: ReadonlySet<string> = new Set(['query.timeout', 'query.unroutable']);

/** The same words for all that one silence leaves unknown; it has a finding of its own that says more. */
export function whyUnknown({ asked, failure }: Answer<unknown> & { readonly kind: 'failed' }): string {
  if (failure.type === 'broker.unreachable') return 'It cannot be asked without the broker.';
  return NO_ANSWER.has(failure.type) ? `The ${asked} gives no answer.` : failure.message;
}

/** As many as somebody reads, with the number of the rest and where to see it; where there are none, what is well. */
export function these(
  found: readonly DoctorFinding[],
  say: Findings,
  { well, see }: { readonly well: () => string; readonly see?: string },
): readonly DoctorFinding[] {
  if (found.length === 0) return [say.ok(well())];
  const [next] = found.slice(FINDINGS_PER_CHECK);
  if (!next) return found;
  const text = `There are ${found.length - FINDINGS_PER_CHECK} more like these.`;
  return [...found.slice(0, FINDINGS_PER_CHECK), { ...next, text, commands: see === undefined ? [] : [see] }];
}
