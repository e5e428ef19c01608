import { createRequire } from 'node:module';
import { sep } from 'node:path';

const require = createRequire(import.meta.url);
const { default: Sequencer } = require(require.resolve('@jest/test-sequencer', { paths: [require.resolve('jest')] }));

/** The files that take longest, in seconds. One of them begun last would run alone while the other processor is idle. */
const SECONDS = new Map([
  ['test/e2e/demo', 100],
  ['test/chaos/chaos', 100],
  ['test/browser/console', 90],
  ['test/chaos/cluster', 85],
  ['test/chaos/orphans', 80],
  ['test/e2e/continuation', 75],
  ['test/simulation', 75],
  ['test/e2e/restore', 60],
  ['test/e2e/requests', 50],
  ['test/chaos/restore-faults', 60],
  ['test/e2e/takeover', 40],
  ['test/chaos/postgres', 35],
  ['test/broker/private-broker', 30],
  ['test/chaos/disk-full', 30],
]);
const OTHERS_SECONDS = 1;

/** The longest first, also where none was ever measured: the test runner itself goes by the size of the files then. */
export default class LongestFirst extends Sequencer {
  time(test) {
    return super.time(test) ?? 1_000 * secondsOf(test.path.split(sep).join('/'));
  }
}

function secondsOf(path) {
  const known = [...SECONDS].find(([part]) => path.includes(part));
  return known?.[1] ?? OTHERS_SECONDS;
}
