import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readPage, type Page } from './markdown.js';

export const ROOT = join(import.meta.dirname, '..', '..');

/** What is made, fetched or somebody's own: no part of the project. */
const NOT_OURS: ReadonlySet<string> = new Set(['.git', 'node_modules', 'dist']);

/** Every file of the project, with forward slashes, from its root. */
export const FILES: readonly string[] = filesBelow('');

function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (NOT_OURS.has(entry.name)) return [];
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}

export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

export const PAGES: readonly Page[] = FILES.filter((path) => path.endsWith('.md')).map((path) =>
  readPage(path, textOf(path)),
);

/** The pages that people write; the generated ones are held by the contract tests. */
export const WRITTEN: readonly Page[] = PAGES.filter(({ path }) => path !== 'docs/messages.md');

/** Programs, tests and tools, but for these checks. */
export const CODE: readonly string[] = FILES.filter(
  (path) => /^(?:apps|libs|lab|scripts|bin|test)\/.*\.(?:ts|tsx|mjs|ps1)$/.test(path) && !path.startsWith('test/docs/'),
);
