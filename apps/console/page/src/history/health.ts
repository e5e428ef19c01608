import type { DoctorFinding } from '#contracts';

/** Findings that are shown as one. */
export type ShownFinding = Omit<DoctorFinding, 'check'> & { readonly checks: readonly string[] };

/** One silence leaves many things unknown, and is shown once, with all of them; everything else by itself. */
export function shownOf(findings: readonly DoctorFinding[]): readonly ShownFinding[] {
  const shown: ShownFinding[] = [];
  for (const { check, ...rest } of findings) {
    const known = rest.state === 'notChecked' ? shown.findIndex(({ text }) => text === rest.text) : -1;
    const same = shown[known];
    if (same) shown[known] = { ...same, checks: [...same.checks, check] };
    else shown.push({ ...rest, checks: [check] });
  }
  return shown;
}
