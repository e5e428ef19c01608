import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { generatedDocuments } from './generate/documents.js';

/** This file runs as dist/scripts/generate-contracts.js; the project is two folders up. */
const project = join(import.meta.dirname, '..', '..');

const { version } = JSON.parse(await readFile(join(project, 'package.json'), 'utf8')) as { version: string };
for (const [path, text] of Object.entries(generatedDocuments(version))) {
  const file = join(project, path);
  const before = await readFile(file, 'utf8').catch(() => '');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  console.log(`${before === text ? 'unchanged' : 'written'}  ${path}`);
}
