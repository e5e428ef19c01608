import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseWholeNumber } from '../../../lab/src/cli/quantities.js';
import { interruption } from '../../../lab/src/cli/run-command.js';
import { measureDetections } from './detections.js';
import { report, resultsOf } from './report.js';

const KILLS_DEFAULT = '10';
const KILLS_MAX = 1_000;

const say = (line: string): void => console.error(line);
try {
  const { values } = parseArgs({
    options: { kills: { type: 'string', default: KILLS_DEFAULT }, json: { type: 'string' } },
  });
  const kills = parseWholeNumber(values.kills, 1, KILLS_MAX);
  const { detections } = await measureDetections(kills, say, interruption());
  const results = resultsOf(detections);
  console.log(report(results));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
