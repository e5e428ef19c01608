import { describe, expect, it } from '@jest/globals';
import { ALARM_KINDS, DOCTOR_CHECKS, allContracts } from '#contracts';
import { codeIn } from './markdown.js';
import { CODE, WRITTEN, textOf } from './project.js';

/** What runs in production; tests and what only tests use tell nobody anything. */
const source = CODE.filter((path) => /^(?:apps|libs)\/[^/]+\/src\//.test(path))
  .filter((path) => !/\.spec\.tsx?$|\/testing\/|\/generate\//.test(path))
  .map(textOf)
  .join('\n');
const runbook = WRITTEN.find(({ path }) => path === 'docs/operations.md');
const told: ReadonlySet<string> = new Set(runbook?.rows.flatMap(({ cells }) => codeIn(cells[0] ?? '')));

const DOTTED = /'([a-z]+(?:-[a-z]+)*\.[a-z]+(?:-[a-z]+)*)'/g;
const FILE_NAME = /\.(?:ts|db|json|jsonl|exe|cfg|html|lock|quarantine|yaml)$/;
/** Told when something went as it should, which nobody has to look up. */
const GOOD_NEWS = /\b(?:log|info)\(\s*(?:\{\s*event:\s*)?'([a-z.-]+)'/g;
/** Orderly ends, columns of tables, parts of routing keys, and the name of a warning whose text is shown. */
const NO_TROUBLE: ReadonlySet<string> = new Set([
  'database.changed',
  'database.failed-over',
  'excluded.state',
  'journal.write',
  'runs.ended',
  'service.stopped',
  'service.stopping',
]);
/** What people did at a console: named in the audit log. */
const ACTION = /\baction(?:: |\()'([a-z.-]+)'/g;

const found = (pattern: RegExp): readonly string[] => [...source.matchAll(pattern)].map(([, name = '']) => name);
const routes: ReadonlySet<string> = new Set(allContracts().map(({ route }) => route));
const harmless: ReadonlySet<string> = new Set([...found(GOOD_NEWS), ...found(ACTION), ...NO_TROUBLE]);
/** Types of failures, and events of the log that tell of one. */
const names = [...new Set(found(DOTTED))].filter(
  (name) => !routes.has(name) && !name.startsWith('dag.') && !FILE_NAME.test(name) && !harmless.has(name),
);

describe('docs/operations.md', () => {
  it('tells of every failure, and every warning of a log, what to do', () => {
    expect(names.filter((name) => !told.has(name))).toEqual([]);
    expect(names.length).toBeGreaterThan(100);
  });

  it('tells of every kind of alarm what to do', () => {
    expect(ALARM_KINDS.filter((kind) => !told.has(kind))).toEqual([]);
  });

  it('tells of every check of the doctor what to do, and of no other', () => {
    const rows = runbook?.rows.filter(({ headers }) => headers[0] === 'check') ?? [];
    expect(rows.flatMap(({ cells }) => codeIn(cells[0] ?? ''))).toEqual(DOCTOR_CHECKS);
    expect(rows.filter(({ cells }) => cells.at(-1) === '')).toEqual([]);
  });

  it('tells of no failure that there is not', () => {
    const computed = /^query\./;
    const known = new Set(found(DOTTED));
    const dotted = [...told].filter((name) => /^[a-z-]+\.[a-z-]+$/.test(name) && !name.startsWith('dag.'));
    expect(dotted.filter((name) => !known.has(name) && !computed.test(name))).toEqual([]);
  });
});
