import { writeFileSync } from 'node:fs';
import { fuzz, type Fuzzed } from './fuzz.js';
import { measureLarge, type Large } from './large.js';
import { optionsFrom } from './options.js';
import { measureQuality, type Quality } from './quality.js';
import { measureRealised, measureRealisedWithLimit, type Realised, type RealisedWithLimit } from './realised.js';
import { fuzzedText, largeText, qualityText, realisedText, realisedWithLimitText } from './report.js';
import { fuzzWorlds } from './world-fuzz.js';

const options = optionsFrom(process.argv.slice(2));
const quality: Quality[] = [];
const realised: Realised[] = [];
const realisedWithLimit: RealisedWithLimit[] = [];
let large: Large | undefined;
const fuzzed: Fuzzed[] = [];

if (options.parts.has('quality')) {
  for (const series of options.series) {
    for (const shape of options.shapes) {
      const measured = await measureQuality(shape, series, options.instances, options.exactInstances);
      quality.push(measured);
      say(qualityText(measured));
    }
  }
}
if (options.parts.has('large')) {
  large = measureLarge(options.dags, options.largeRepeats);
  say(largeText(large));
}
if (options.parts.has('realised')) {
  for (const shape of options.shapes) {
    const measured = await measureRealised(shape, options.instances);
    realised.push(measured);
    say(realisedText(measured));
    const limited = await measureRealisedWithLimit(shape, options.instances);
    realisedWithLimit.push(limited);
    say(realisedWithLimitText(limited));
  }
}
if (options.parts.has('fuzz')) noteFuzzed(fuzz(options.databaseRuns));
if (options.parts.has('worlds')) noteFuzzed(fuzzWorlds(options.databaseRuns));
if (options.json !== undefined) {
  writeFileSync(options.json, `${JSON.stringify({ quality, large, realised, realisedWithLimit, fuzzed }, null, 2)}\n`);
}
if (fuzzed.some(({ violations }) => violations.length > 0)) process.exitCode = 1;

function noteFuzzed(found: Fuzzed): void {
  fuzzed.push(found);
  say(fuzzedText(found));
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
