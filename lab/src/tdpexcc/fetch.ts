import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MANIFEST, objectFolder } from '../world/layout.js';
import type { Manifest, ManifestFile } from '../world/manifest.js';
import { Bucket, REAL_CLOCK, WAIT_MS } from './bucket.js';
import { ClientFailure, RC_RESTORE } from './failure.js';
import type { Counts } from './output.js';
import type { TransferControl } from './transfer.js';

const CHUNK_MAX_BYTES = 256 * 1024;
const CHUNK_MIN_BYTES = 4 * 1024;

export interface Fetch {
  readonly lab: string;
  /** Database that was backed up. */
  readonly database: string;
  readonly objectName: string;
  /** Where a stored file goes. */
  target(storedName: string): string;
}

/** Fetches every file of a stored backup, and fails when what was stored is not what was sent. */
export async function fetchBackup(fetch: Fetch, control: TransferControl): Promise<Counts> {
  const folder = objectFolder(fetch.lab, fetch.database, fetch.objectName);
  const manifest: Manifest = JSON.parse(await readFile(join(folder, MANIFEST), 'utf8'));
  const bucket = new Bucket(control, REAL_CLOCK);
  let bytes = 0;
  let completed = 0;
  const counts = (): Counts => ({ examined: manifest.files.length, completed, failed: 0, bytes });
  for (const file of manifest.files) {
    const sha256 = await fetchFile(join(folder, file.name), fetch.target(file.name), bucket, control, (count) => {
      bytes += count;
      control.progress(counts());
    });
    if (sha256 !== file.sha256) throw damaged(file, fetch);
    completed += 1;
  }
  control.check();
  return counts();
}

async function fetchFile(
  source: string,
  target: string,
  bucket: Bucket,
  control: TransferControl,
  received: (bytes: number) => void,
): Promise<string> {
  const from = await open(source, 'r');
  const to = await open(target, 'w');
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(CHUNK_MAX_BYTES);
  try {
    for (;;) {
      const wanted = Math.floor((control.shareBytesPerSecond() * WAIT_MS) / 1_000);
      const length = Math.min(CHUNK_MAX_BYTES, Math.max(CHUNK_MIN_BYTES, wanted));
      const { bytesRead } = await from.read(buffer, 0, length, null);
      if (bytesRead === 0) break;
      await bucket.take(bytesRead);
      const chunk = buffer.subarray(0, bytesRead);
      hash.update(chunk);
      await to.write(chunk);
      received(bytesRead);
    }
  } finally {
    await Promise.all([from.close(), to.close()]);
  }
  return hash.digest('hex');
}

function damaged(file: ManifestFile, { database, objectName }: Fetch): ClientFailure {
  return new ClientFailure(RC_RESTORE, [
    `ACN0520E The object '${objectName}' of '${database}' is damaged on the server: ${file.name} has another checksum than when it was stored.`,
  ]);
}
