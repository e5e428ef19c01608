import { createHash } from 'node:crypto';
import { mkdir, open, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { incomingFolder, MANIFEST } from '../world/layout.js';
import type { Manifest, ManifestFile } from '../world/manifest.js';
import { Bucket, REAL_CLOCK, WAIT_MS, type RateControl } from './bucket.js';
import type { Counts } from './output.js';
import type { SnapshotFile } from './snapshot.js';

const CHUNK_MAX_BYTES = 256 * 1024;
const CHUNK_MIN_BYTES = 4 * 1024;

export interface TransferControl extends RateControl {
  progress(counts: Counts): void;
}

/** Sends the snapshot to the storage server's incoming folder; the manifest, written last, completes it. */
export async function transfer(
  lab: string,
  sessionId: string,
  files: readonly SnapshotFile[],
  manifest: Omit<Manifest, 'files'>,
  control: TransferControl,
): Promise<Counts> {
  const folder = incomingFolder(lab, sessionId);
  await mkdir(folder, { recursive: true });
  const bucket = new Bucket(control, REAL_CLOCK);
  const done: ManifestFile[] = [];
  let bytes = 0;
  const counts = (): Counts => ({ examined: files.length, completed: done.length, failed: 0, bytes });
  for (const file of files) {
    const sent = await sendFile(file, join(folder, file.name), bucket, control, (count) => {
      bytes += count;
      control.progress(counts());
    });
    done.push(sent);
  }
  const complete: Manifest = { ...manifest, files: done };
  await writeFile(join(folder, `${MANIFEST}.new`), `${JSON.stringify(complete, null, 2)}\n`);
  await rename(join(folder, `${MANIFEST}.new`), join(folder, MANIFEST));
  control.check();
  return counts();
}

async function sendFile(
  file: SnapshotFile,
  target: string,
  bucket: Bucket,
  control: TransferControl,
  sent: (bytes: number) => void,
): Promise<ManifestFile> {
  const source = await open(file.path, 'r');
  const destination = await open(target, 'w');
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(CHUNK_MAX_BYTES);
  let sizeBytes = 0;
  try {
    for (;;) {
      const wanted = Math.floor((control.shareBytesPerSecond() * WAIT_MS) / 1_000);
      const { bytesRead } = await source.read(
        buffer,
        0,
        Math.min(CHUNK_MAX_BYTES, Math.max(CHUNK_MIN_BYTES, wanted)),
        null,
      );
      if (bytesRead === 0) break;
      await bucket.take(bytesRead);
      const chunk = buffer.subarray(0, bytesRead);
      hash.update(chunk);
      await destination.write(chunk);
      sizeBytes += bytesRead;
      sent(bytesRead);
    }
  } finally {
    await Promise.all([source.close(), destination.close()]);
  }
  return { name: file.name, sizeBytes, sha256: hash.digest('hex') };
}
