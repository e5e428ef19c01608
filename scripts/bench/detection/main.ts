import 'reflect-metadata';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DagClient } from '#client';
import { parseWholeNumber } from '../../../lab/src/cli/quantities.js';
import { interruption } from '../../../lab/src/cli/run-command.js';
import { Lab, type LabTiming } from '../../../lab/src/supervisor/index.js';
import { createWorld, type WorldOptions } from '../../../lab/src/world/index.js';
import { measureDetection, type Detection } from './measure.js';
import { report, resultsOf } from './report.js';

const KILLS_DEFAULT = '10';
const KILLS_MAX = 1_000;
const MIB = 1024 * 1024;

/** Services' own defaults, spelled out, because a lab is quicker by default. */
const PRODUCTION: LabTiming = {
  leaseMs: 20_000,
  leaseMarginMs: 2_000,
  heartbeatMs: 2_000,
  silentAfterMs: 8_000,
  waitLimitMs: 30 * 60_000,
  pollMs: 15_000,
  parallelPerMember: 1,
};

/**
 * Five seconds for a backup. The backup client of a killed agent goes on, and holds Exchange's lock until it ends: with longer
 * backups this would measure the backup and not the detection.
 */
const WORLD: WorldOptions = {
  members: 3,
  databases: 3,
  copies: 2,
  standalone: 0,
  publicFolders: 0,
  recoveryDatabases: 0,
  withoutClient: 0,
  seed: 1,
  sizeMinBytes: 10 * MIB,
  sizeMaxBytes: 10 * MIB,
  rateBytesPerSecond: 2 * MIB,
};

const say = (line: string): void => console.error(line);
const signal = interruption();
const directory = mkdtempSync(join(tmpdir(), 'dag-bench-'));
try {
  const { values } = parseArgs({
    options: { kills: { type: 'string', default: KILLS_DEFAULT }, json: { type: 'string' } },
  });
  const kills = parseWholeNumber(values.kills, 1, KILLS_MAX);
  await createWorld(directory, WORLD);
  const results = resultsOf(await measure(kills));
  console.log(report(results));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}

async function measure(kills: number): Promise<readonly Detection[]> {
  const lab = await Lab.up({ directory, say, signal, timing: PRODUCTION });
  try {
    const client = await DagClient.connect(lab.apiUrl, { name: 'bench' });
    try {
      const detections: Detection[] = [];
      for (let kill = 0; kill < kills; kill += 1) {
        const database = `MBX0${(kill % WORLD.databases) + 1}`;
        const detection = await measureDetection(lab, client, database, signal);
        say(
          `${kill + 1} of ${kills}: ${detection.member} known silent after ${detection.knownMs} ms, ${database} elsewhere after ${detection.elsewhereMs} ms`,
        );
        detections.push(detection);
      }
      return detections;
    } finally {
      await client.close();
    }
  } finally {
    await lab.down({ say, discard: true });
  }
}
