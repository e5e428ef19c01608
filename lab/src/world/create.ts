import { constants, existsSync } from 'node:fs';
import { copyFile, mkdir, open } from 'node:fs/promises';
import { expectedEdb } from './content.js';
import { WorldError } from './errors.js';
import { edbFile, logFolder, storageFolder, windowsEdbPath, windowsLogPath, worldFile } from './layout.js';
import { firstLineage, lineageText } from './lineage.js';
import { checkOptions, type WorldOptions } from './options.js';
import { planWorld, type PlannedDatabase, type WorldPlan } from './plan.js';
import { WorldStore } from './store.js';

/** `7.00:00:00`, the lag of Microsoft's preferred architecture (MS-PA). */
export const LAG_MS = 7 * 24 * 60 * 60 * 1_000;
const EXCHANGE_VERSION = 'Version 15.2 (Build 1544.4)';
const FILES_AT_ONCE = 2;

/** Makes a lab in a folder that holds none yet. Equal options make equal labs. */
export async function createWorld(directory: string, options: WorldOptions): Promise<WorldPlan> {
  const checked = checkOptions(options);
  if (existsSync(worldFile(directory))) {
    throw new WorldError([`${directory} already holds a lab; choose another folder, or delete this one first`]);
  }
  const plan = planWorld(checked);
  await mkdir(storageFolder(directory), { recursive: true });
  await writeFiles(directory, plan.databases);
  const store = WorldStore.create(directory);
  try {
    store.immediate(() => recordPlan(store, plan, checked));
  } finally {
    store.close();
  }
  return plan;
}

async function writeFiles(directory: string, databases: readonly PlannedDatabase[]): Promise<void> {
  const waiting = [...databases];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await writeDatabase(directory, next);
  };
  await Promise.all(Array.from({ length: FILES_AT_ONCE }, worker));
}

async function writeDatabase(directory: string, database: PlannedDatabase): Promise<void> {
  let first: string | undefined;
  for (const { member } of database.copies) {
    await mkdir(logFolder(directory, member, database.name), { recursive: true });
    const path = edbFile(directory, member, database.name);
    if (first === undefined) await writeOriginal(path, database);
    else await copyFile(first, path, constants.COPYFILE_FICLONE);
    first ??= path;
  }
}

async function writeOriginal(path: string, database: PlannedDatabase): Promise<void> {
  const file = await open(path, 'w');
  try {
    for (const chunk of expectedEdb(firstLineage(database.guid), 0, database.sizeBytes)) await file.write(chunk);
  } finally {
    await file.close();
  }
}

function recordPlan(store: WorldStore, plan: WorldPlan, options: Required<WorldOptions>): void {
  store.setSetting('seed', String(options.seed));
  store.setSetting('dag', plan.dag);
  store.setSetting('storageServerUp', 'yes');
  for (const member of plan.members) {
    store.run(
      `INSERT INTO members (name, fqdn, dag, site, storageServer, hasClient, rateBytesPerSecond, version)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      member.name,
      member.fqdn,
      plan.dag,
      member.site,
      member.storageServer,
      member.hasClient ? 1 : 0,
      options.rateBytesPerSecond,
      EXCHANGE_VERSION,
    );
  }
  for (const database of plan.databases) {
    store.run(
      `INSERT INTO databases (guid, name, kind, sizeBytes, logPrefix, activeMember, edbPath, logPath)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      database.guid,
      database.name,
      database.kind,
      database.sizeBytes,
      database.logPrefix,
      database.copies[0]?.member ?? '',
      windowsEdbPath(database.name),
      windowsLogPath(database.name),
    );
    database.copies.forEach((copy, index) => {
      store.run(
        `INSERT INTO copies (database, member, preference, status, replayLagMs, lineage, volume)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
        database.guid,
        copy.member,
        index + 1,
        index === 0 ? 'Mounted' : 'Healthy',
        copy.lagged ? LAG_MS : 0,
        lineageText(firstLineage(database.guid)),
        copy.volume,
      );
    });
  }
}
