import { createRequire } from 'node:module';
import { sep } from 'node:path';

const require = createRequire(import.meta.url);
const { default: Sequencer } = require(require.resolve('@jest/test-sequencer', { paths: [require.resolve('jest')] }));

/** The files that take longest, in seconds. One of them begun last would run alone while the other processor is idle. */
const SECONDS = new Map([
  ['test/simulation', 400],
  ['test/browser/console', 175],
  ['test/e2e/demo', 170],
  ['test/chaos/chaos', 145],
  ['test/e2e/continuation', 95],
  ['test/chaos/orphans', 90],
  ['test/chaos/cluster', 85],
  ['test/e2e/requests', 75],
  ['test/e2e/restore', 65],
  ['test/e2e/takeover', 50],
  ['test/browser/pages', 45],
  ['test/chaos/restore-faults', 45],
  ['test/chaos/postgres', 40],
  ['test/chaos/disk-full', 25],
  ['test/broker/private-broker', 25],
  ['test/e2e/limits', 15],
  ['test/e2e/lab', 15],
]);
const OTHERS_MS = 1_000;

/**
 * The longest first. The test runner itself goes by what it measured last, where that was one test of a file as well, and by the size of a file where it
 * measured nothing.
 */
export default class LongestFirst extends Sequencer {
  time(test) {
    const seconds = secondsOf(test.path.split(sep).join('/'));
    return seconds === null ? (super.time(test) ?? OTHERS_MS) : 1_000 * seconds;
  }
}

function secondsOf(path) {
  const known = [...SECONDS].find(([part]) => path.includes(part));
  return known?.[1] ?? null;
}
