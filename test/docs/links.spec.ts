import { posix } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { FILES, PAGES, WRITTEN } from './project.js';

const FOLDERS: ReadonlySet<string> = new Set(FILES.flatMap(foldersOf));
const EXISTING: ReadonlySet<string> = new Set([...FILES, ...FOLDERS]);
const TOP = /^(?:apps|libs|lab|test|scripts|deploy|docs|bin)\//;
const FILE_NAME = /^[\w.-][\w./-]*(?:\.(?:ts|tsx|mjs|ps1|md|yaml|json|svg|png)|\/)$/;
/** Files that people write, or that the product makes: no part of the project. */
const MADE_LATER: ReadonlySet<string> = new Set([
  'conductor.yaml',
  'console.yaml',
  'inventory.yaml',
  'node-agent.yaml',
  'tonight.json',
]);

function foldersOf(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** A path from the root, or the end of one, as in `domain/window/window.spec.ts` and `planning/`. */
function isFound(path: string): boolean {
  const plain = path.replace(/\/$/, '');
  return EXISTING.has(plain) || (!TOP.test(plain) && [...EXISTING].some((each) => each.endsWith(`/${plain}`)));
}

describe.each(PAGES.map((page) => [page.path, page] as const))('%s', (path, page) => {
  it('links to nothing that is not there', () => {
    const dead = page.links
      .filter(({ text }) => !/^[a-z]+:/.test(text))
      .filter(({ text }) => {
        const [file = '', anchor] = text.split('#');
        const target = file === '' ? path : posix.normalize(posix.join(posix.dirname(path), file)).replace(/\/$/, '');
        const other = PAGES.find((each) => each.path === target);
        return !EXISTING.has(target) || (anchor !== undefined && !other?.anchors.has(anchor));
      });
    expect(dead).toEqual([]);
  });
});

describe.each(WRITTEN.map((page) => [page.path, page] as const))('%s', (_, page) => {
  it('names no file or folder that is not there', () => {
    const named = page.spans.filter(({ text }) => (TOP.test(text) && /^[\w./-]+$/.test(text)) || FILE_NAME.test(text));
    expect(named.filter(({ text }) => !MADE_LATER.has(text) && !isFound(text))).toEqual([]);
  });
});
