import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where the lab keeps what the supervisor owns, inside its folder. The world's own files are the world's. */
export function labPaths(directory: string) {
  return {
    directory,
    record: join(directory, 'lab.json'),
    broker: join(directory, 'broker'),
    secrets: join(directory, 'secrets'),
    service: (folder: string) => join(directory, 'services', folder),
  } as const;
}

/** The checkout's root: the nearest folder upwards with a package.json. The same from the sources and from dist. */
export function checkoutRoot(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder)
      throw new Error(`found no package.json above ${import.meta.dirname}: run the lab from its checkout`);
    folder = parent;
  }
  return folder;
}
