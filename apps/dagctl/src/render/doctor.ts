import { DOCTOR_CHECKS, type DoctorFinding, type DoctorReport } from '#contracts';
import type { TableOptions } from './table.js';

type Colours = TableOptions['colours'];

const INDENT = '  ';
const CHECK_WIDTH = Math.max(...DOCTOR_CHECKS.map((check) => check.length));
const SECOND_MS = 1_000;

/** First, with room, what is wrong and what to type; then what nobody could say; then one line for each look that found nothing wrong. */
export function renderDoctor({ findings, summary, tookMs }: DoctorReport, { colours }: TableOptions): string {
  const well = findings.filter(({ state }) => state === 'ok');
  const blocks = [
    ...findings.flatMap((finding) => illBlock(finding, colours) ?? []),
    unknownLines(findings, colours),
    well.map(({ check, text }) => `${colours.green('ok')}  ${check.padEnd(CHECK_WIDTH)}  ${text}`).join('\n'),
    `${summary} (It took ${(tookMs / SECOND_MS).toFixed(1)} s to look.)`,
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

/** Sentences are not broken: the terminal does that, and files can be searched. */
function illBlock({ check, state, text, commands }: DoctorFinding, colours: Colours): string | null {
  if (state !== 'problem' && state !== 'warning') return null;
  const head = state === 'problem' ? colours.red(`PROBLEM ${check}`) : colours.yellow(`WARNING ${check}`);
  const lines = [text, ...commands.map((command) => colours.bold(command))];
  return [head, ...lines.map((line) => `${INDENT}${line}`)].join('\n');
}

/** One silence leaves many things unknown, and is told once. */
function unknownLines(findings: readonly DoctorFinding[], colours: Colours): string {
  const unknown = findings.filter(({ state }) => state === 'notChecked');
  return [...new Set(unknown.map(({ text }) => text))]
    .map((reason) => {
      const checks = unknown.filter(({ text }) => text === reason).map(({ check }) => check);
      return `${colours.yellow(`UNKNOWN ${checks.join(', ')}`)}\n${INDENT}${reason}`;
    })
    .join('\n\n');
}
