import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A file that only grows; what `append` resolved for is on disk. */
export interface DurableFile {
  append(text: string): Promise<void>;
  truncate(sizeBytes: number): Promise<void>;
  close(): Promise<void>;
}

export type OpenDurableFile = (path: string) => Promise<DurableFile>;

export const openDurableFile: OpenDurableFile = async (path) => {
  const handle = await open(path, 'a');
  return {
    append: async (text) => {
      await handle.appendFile(text);
      await handle.datasync();
    },
    truncate: (sizeBytes) => handle.truncate(sizeBytes),
    close: () => handle.close(),
  };
};

/** Writes the whole file beside the old one and puts it in its place: at every moment one of the two is whole. */
export async function replaceFile(path: string, content: string): Promise<void> {
  const next = `${path}.next`;
  const handle = await open(next, 'w');
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(next, path);
  await syncFolder(dirname(path));
}

/** A new name is durable only with its folder; Windows keeps it with the file and does not open folders. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
