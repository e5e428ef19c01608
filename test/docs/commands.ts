import type { Command } from 'commander';
import { codeIn, type Page } from './markdown.js';

/** A command as a page shows it. A sentence may name a command without all it needs; a block is for typing. */
export interface ShownCommand {
  readonly words: readonly string[];
  readonly line: number;
  readonly isForTyping: boolean;
}

const DAGCTL = /^(?:npx )?dagctl(?: (.*))?$/;
const NPM = /\b(?:npm (?:run (?:-s )?)([\w:-]+)|npm (test))(?: -- ([^)]*))?/;
/** Alternatives of one word, as in `limits show|set`. */
const ALTERNATIVES = /^[\w-]+(?:\|[\w-]+)+$/;

/** Every call of `dagctl` in a page, its own words only. */
export function dagctlIn(page: Page): readonly ShownCommand[] {
  return [...shownIn(page), ...inTablesOf(page)].flatMap(({ text, line, isForTyping }) => {
    const found = DAGCTL.exec(text);
    return found ? withAlternatives(wordsOf(found[1] ?? '')).map((words) => ({ words, line, isForTyping })) : [];
  });
}

/** Every call of a script of package.json: the script's name first, then what it is given. */
export function scriptsIn(page: Page): readonly ShownCommand[] {
  return shownIn(page).flatMap(({ text, line, isForTyping }) => {
    const found = NPM.exec(text.replaceAll(/[[\]]/g, ''));
    return found ? [{ words: [found[1] ?? 'test', ...wordsOf(found[3] ?? '')], line, isForTyping }] : [];
  });
}

function shownIn({ spans, lines }: Page) {
  return [
    ...spans.map(({ text, line }) => ({ text: text.trim(), line, isForTyping: false })),
    ...lines.flatMap(({ text, line, language }) =>
      language === '' || language === 'sh' ? [{ text: withoutRemark(text), line, isForTyping: true }] : [],
    ),
  ];
}

/** In a column that is headed by `dagctl` its name is left out, and what begins with a hyphen belongs to the command before it. */
function inTablesOf({ rows }: Page) {
  return rows
    .filter(({ headers }) => headers[0] === '`dagctl`')
    .flatMap(({ cells, line }) => {
      const codes = codeIn(cells[0] ?? '');
      return codes.map((code, index) => {
        const command = code.startsWith('-')
          ? `${codes.slice(0, index).findLast((each) => !each.startsWith('-'))} ${code}`
          : code;
        return { text: `dagctl ${command}`, line, isForTyping: false };
      });
    });
}

/** What stands behind two blanks or a number sign explains the command. */
function withoutRemark(text: string): string {
  return text
    .trim()
    .replace(/\s{2,}.*$/, '')
    .replace(/\s+#.*$/, '');
}

/** As a shell would part them; brackets around what may be left out, and what stands for more, are no words. */
function wordsOf(text: string): readonly string[] {
  const plain = text.replaceAll(/[[\]]/g, ' ');
  return [...plain.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)]
    .map(([, double, single, bare]) => double ?? single ?? bare ?? '')
    .filter((word) => word !== '…');
}

function withAlternatives(words: readonly string[]): readonly (readonly string[])[] {
  const at = words.findIndex((word) => ALTERNATIVES.test(word));
  if (at === -1) return [words];
  return (words[at] ?? '').split('|').map((word) => [...words.slice(0, at), word, ...words.slice(at + 1)]);
}

const INCOMPLETE: ReadonlySet<string> = new Set([
  'commander.help',
  'commander.missingArgument',
  'commander.missingMandatoryOptionValue',
  'commander.optionMissingArgument',
]);

/** Why this program would not take these words; null where it does. Nothing is done. */
export async function refusalOf(program: Command, { words, isForTyping }: ShownCommand): Promise<string | null> {
  makeHarmless(program);
  try {
    await program.parseAsync([...words], { from: 'user' });
    return null;
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
    if ((!isForTyping && INCOMPLETE.has(code)) || code === 'commander.helpDisplayed') return null;
    return error instanceof Error ? error.message : String(error);
  }
}

function makeHarmless(command: Command): void {
  command.exitOverride().configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  if (command.commands.length === 0) command.action(() => undefined);
  for (const each of command.commands) makeHarmless(each);
}
