import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { RestoreSpellingConfig } from '#contracts';
import { loadConfig } from '#service';
import { CONFIGURATIONS, keysOf } from './configuration.js';
import { codeIn, type Page } from './markdown.js';
import { WRITTEN } from './project.js';

const IN_EVERY_FILE = 'In every file';

function pageAt(path: string): Page {
  const page = WRITTEN.find((each) => each.path === path);
  if (!page) throw new Error(`${path} is not there`);
  return page;
}

const page = pageAt('docs/configuration.md');

/** The rows under a heading, as keys, defaults and bounds. */
function told(heading: string) {
  return page.rows
    .filter(({ under }) => under === heading || under === `\`${heading}\``)
    .map(({ cells: [key = '', standard = '', bounds = ''] }) => ({ key: codeIn(key)[0] ?? '', standard, bounds }));
}

const byKey = (one: { readonly key: string }, other: { readonly key: string }) => (one.key < other.key ? -1 : 1);

/** The examples in YAML, by the file that their first line names; addresses that lie in a file are put in its place. */
function examples(): readonly { readonly file: string; readonly text: string }[] {
  const blocks: string[][] = [];
  let previous = -1;
  for (const { text, line, language } of page.lines) {
    if (language !== 'yaml') continue;
    if (line !== previous + 1) blocks.push([]);
    blocks.at(-1)?.push(text);
    previous = line;
  }
  return blocks.map((lines) => ({ file: /^# ([\w-]+\.yaml)/.exec(lines[0] ?? '')?.[1] ?? '', text: lines.join('\n') }));
}

describe('docs/configuration.md', () => {
  it.each(Object.entries(CONFIGURATIONS))('tells every key of %s, with its default and its bounds', (file, type) => {
    expect([...told(file), ...told(IN_EVERY_FILE)].toSorted(byKey)).toEqual([...keysOf(type)].toSorted(byKey));
  });

  it('shows files that the services take', () => {
    const directory = mkdtempSync(join(tmpdir(), 'dag-docs-'));
    try {
      const shown = examples();
      expect(shown.map(({ file }) => file)).toEqual(expect.arrayContaining(Object.keys(CONFIGURATIONS)));
      for (const { file, text } of shown) {
        const path = join(directory, file);
        writeFileSync(path, text.replaceAll(/urlFile: *(?:'[^']*'|[^\s}]+)/g, 'url: amqp://localhost'));
        const type = CONFIGURATIONS[file];
        if (!type) throw new Error(`${file} is no configuration file: ${text.slice(0, 80)}`);
        const env = text.includes('dataDir') ? {} : { DAG_BROKER_URL: 'amqp://localhost', DAG_DATA_DIR: directory };
        expect(loadConfig(type, { argv: ['--config', path], env })).toBeInstanceOf(type);
      }
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  it('shows every word of a restore as it is when nothing is said', () => {
    const shown = examples().map(({ text }) => parse(text) as { readonly restore?: { readonly spelling?: object } });
    expect(shown.find(({ restore }) => restore)?.restore?.spelling).toEqual({ ...new RestoreSpellingConfig() });
  });
});
