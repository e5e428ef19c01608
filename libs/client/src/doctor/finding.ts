import type { DoctorCheck, DoctorFinding } from '#contracts';
import type { Answer } from './facts.js';
import { FINDINGS_PER_CHECK } from './limits.js';

/** Makes the findings of one check. */
export interface Findings {
  ok(text: string): DoctorFinding;
  /** `commands`: what to type next. */
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

/** What a check finds in an answer; that it was not given is a finding, too. */
export function inAnswer<Value>(
  check: DoctorCheck,
  answer: Answer<Value>,
  judge: (value: Value, say: Findings) => readonly DoctorFinding[],
): readonly DoctorFinding[] {
  const say = findingsOf(check);
  if (answer.kind === 'failed') return [say.notChecked(answer.failure.message)];
  return judge(answer.value, say);
}

/** All of them, or as many as somebody reads, with the number of the rest and where to see it. */
export function limited(
  findings: readonly DoctorFinding[],
  say: Findings,
  ...commands: readonly string[]
): readonly DoctorFinding[] {
  if (findings.length <= FINDINGS_PER_CHECK) return findings;
  const rest = findings.length - FINDINGS_PER_CHECK;
  return [...findings.slice(0, FINDINGS_PER_CHECK), say.warning(`There are ${rest} more like these.`, ...commands)];
}
