import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DagClient } from '#client';
import { Lab, type LabTiming } from '../../../lab/src/supervisor/index.js';
import { createWorld, type WorldOptions } from '../../../lab/src/world/index.js';
import { residentMiB } from '../process-usage.js';
import { measureDetection, type Detection } from './measure.js';

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

/** What a service of the lab holds in memory after the last kill. */
export interface ServiceMemory {
  readonly name: string;
  readonly memoryMiB: number;
}

export interface Detections {
  readonly detections: readonly Detection[];
  readonly memory: readonly ServiceMemory[];
}

/** So many agents killed at work, one after the other, in a lab of its own. */
export async function measureDetections(
  kills: number,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<Detections> {
  const directory = mkdtempSync(join(tmpdir(), 'dag-bench-'));
  try {
    await createWorld(directory, WORLD);
    const lab = await Lab.up({ directory, say, signal, timing: PRODUCTION });
    try {
      const detections = await killAgents(kills, lab, say, signal);
      return { detections, memory: memoryOf(lab) };
    } finally {
      await lab.down({ say, discard: true });
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function killAgents(
  kills: number,
  lab: Lab,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<readonly Detection[]> {
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
}

function memoryOf(lab: Lab): readonly ServiceMemory[] {
  return lab.status().flatMap(({ name, pid }) => {
    const memoryMiB = pid === null ? null : residentMiB(pid);
    return memoryMiB === null ? [] : [{ name, memoryMiB }];
  });
}
