import { describe, expect, it } from '@jest/globals';
import { allContracts, ExitCode, topologyFor } from '#contracts';
import { knownVariables } from './configuration.js';
import type { Located, Page } from './markdown.js';
import { CODE, WRITTEN, textOf } from './project.js';

const code = CODE.map(textOf).join('\n');
const MEMBER = 'MEMBER';
const topology = topologyFor([MEMBER]);
const ON_THE_BROKER: ReadonlySet<string> = new Set([...topology.exchanges, ...topology.queues].map(({ name }) => name));
const MESSAGES: ReadonlySet<string> = new Set(allContracts().map(({ type }) => type));
const VARIABLE = /\b(?:AMQP|DAG|DATABASE|TEST)_[A-Z_]*[A-Z]\b/g;
/** What is read of the environment: as a property of it, or by a name that is given to it. */
const namedInCode: ReadonlySet<string> = new Set(
  [...code.matchAll(/(?:\benv\.|')((?:AMQP|DAG|DATABASE|TEST)_[A-Z_]*[A-Z])\b/g)].map(([, name = '']) => name),
);
/** Set for those who test and draw pictures here; nobody needs them to run the product. */
const OF_THE_WORKSHOP: ReadonlySet<string> = new Set(['TEST_POSTGRES_URL', 'DAG_DEBUG']);

const everything = ({ spans, lines }: Page): readonly Located[] => [...spans, ...lines];

function variablesIn(page: Page): readonly string[] {
  return everything(page).flatMap(({ text }) => [...text.matchAll(VARIABLE)].map(([name]) => name));
}

describe.each(WRITTEN.map((page) => [page.path, page] as const))('%s', (_, page) => {
  it('names environment variables that are read', () => {
    const read = new Set([...knownVariables(), ...namedInCode]);
    expect(variablesIn(page).filter((name) => !read.has(name))).toEqual([]);
  });

  it('names queues, exchanges and messages that exist', () => {
    const named = page.spans.filter(({ text }) => /^dag\.[a-z<>.-]+(?:\.v\d+)?$/.test(text));
    const unknown = named.filter(
      ({ text }) => !MESSAGES.has(text) && !ON_THE_BROKER.has(text.replace('<member>', MEMBER)),
    );
    expect(unknown).toEqual([]);
  });
});

describe('the pages together', () => {
  it('name every environment variable that is read', () => {
    const told = new Set(WRITTEN.flatMap(variablesIn));
    const ofKeys = knownVariables();
    const untold = [...namedInCode].filter(
      (name) => !told.has(name) && !ofKeys.has(name) && !OF_THE_WORKSHOP.has(name),
    );
    expect(untold).toEqual([]);
    expect(namedInCode.size).toBeGreaterThan(5);
  });

  it('tell every exit code of dagctl, and no other', () => {
    const readme = WRITTEN.find(({ path }) => path === 'README.md');
    const told = readme?.rows.filter(({ headers }) => headers[0] === 'exit code').map(({ cells }) => Number(cells[0]));
    expect(told).toEqual(Object.values(ExitCode).toSorted((one, other) => one - other));
  });

  it('tell of every queue on which something can be left lying', () => {
    const told = new Set(WRITTEN.flatMap(({ spans }) => spans.map(({ text }) => text)));
    const queues = topology.queues.map(({ name }) => name.replace(MEMBER, '<member>'));
    expect(queues.filter((name) => !told.has(name))).toEqual([]);
  });
});

describe('the routes in docs/console.md', () => {
  const { paths } = JSON.parse(textOf('docs/openapi.json')) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  };
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{\w+\}/g, 'ID')}`),
  );
  const page = WRITTEN.find(({ path }) => path === 'docs/console.md');

  it('exist', () => {
    const told = page?.spans.map(({ text }) => text).filter((text) => /^(?:[A-Z]+ )?\/api\//.test(text)) ?? [];
    const isRoute = (text: string) =>
      text.startsWith('/') ? routes.some((route) => route.endsWith(` ${text}`)) : routes.includes(text);
    expect(told.length).toBeGreaterThan(15);
    expect(told.filter((text) => !isRoute(text))).toEqual([]);
  });
});
