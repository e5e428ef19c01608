import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { generatedDocuments } from './generate/documents.js';
import { openApiText } from './generate/open-api.js';

/** This file runs as dist/scripts/generate-contracts.js; the project is two folders up. */
const project = join(import.meta.dirname, '..', '..');

const { version } = JSON.parse(await readFile(join(project, 'package.json'), 'utf8')) as { version: string };
const documents = { ...generatedDocuments(version), 'docs/openapi.json': await openApiText() };
for (const [path, text] of Object.entries(documents)) {
  const file = join(project, path);
  const before = await readFile(file, 'utf8').catch(() => '');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  console.log(`${before === text ? 'unchanged' : 'written'}  ${path}`);
}
