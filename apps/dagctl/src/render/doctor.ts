import { DOCTOR_CHECKS, type DoctorFinding, type DoctorReport, type FindingState } from '#contracts';
import { formatDuration, type Colours } from '#client';
import type { TableOptions } from './table.js';

const MARK: Readonly<Record<FindingState, string>> = {
  problem: 'PROBLEM',
  warning: 'WARNING',
  notChecked: 'UNKNOWN',
  ok: 'ok',
};
const INDENT = '  ';
const CHECK_WIDTH = Math.max(...DOCTOR_CHECKS.map((check) => check.length));

/** One line for each check that is well; before them, with room, what is not, and what to type. */
export function renderDoctor({ findings, summary, tookMs }: DoctorReport, look: TableOptions): string {
  const ill = findings.filter(({ state }) => state !== 'ok');
  const well = findings.filter(({ state }) => state === 'ok');
  const blocks = [
    ...ill.map((finding) => illBlock(finding, look)),
    well.map((finding) => wellLine(finding, look)).join('\n'),
    `${summary} (Looked for ${formatDuration(tookMs)}.)`,
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

/** Sentences are not broken: the terminal does that, and files can be searched. */
function illBlock({ check, state, text, commands }: DoctorFinding, { colours }: TableOptions): string {
  const head = paint(state, colours)(`${MARK[state]} ${check}`);
  const lines = [text, ...commands.map((command) => colours.bold(command))];
  return [head, ...lines.map((line) => `${INDENT}${line}`)].join('\n');
}

function wellLine({ check, state, text }: DoctorFinding, { colours }: TableOptions): string {
  return `${colours.green(MARK[state])}  ${check.padEnd(CHECK_WIDTH)}  ${text}`;
}

function paint(state: FindingState, colours: Colours): (text: string) => string {
  if (state === 'problem') return colours.red;
  return state === 'ok' ? colours.green : colours.yellow;
}
