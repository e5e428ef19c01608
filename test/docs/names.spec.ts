import { describe, expect, it } from '@jest/globals';
import { allContracts, ExitCode, topologyFor } from '#contracts';
import { CONFIGURATIONS, keysOf, knownVariables } from './configuration.js';
import { VARIANTS } from '../simulation/broken.js';
import { codeIn, type Located, type Page } from './markdown.js';
import { CODE, WRITTEN, textOf } from './project.js';

const code = [...CODE, 'package.json', 'deploy/prometheus/alerts.yaml'].map(textOf).join('\n');
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

/** A single word, as a key, an event, a rule, a state or an option is. */
const WORD = /^-{0,2}[A-Za-z][\w.<>-]*$/;
/** What is made of a name that is given: a database's, a broker user's. */
const MADE_OF_NAMES = /^(?:Recovery-NAME|dag-[a-z0-9-]+\.url)$/;
const keys: ReadonlySet<string> = new Set(
  Object.values(CONFIGURATIONS).flatMap((type) => keysOf(type).map(({ key }) => key)),
);

/** Files are looked for with the links. */
function isKnown(word: string): boolean {
  if (word.startsWith('dag.')) return MESSAGES.has(word) || ON_THE_BROKER.has(word.replace('<member>', MEMBER));
  const isFile = /\.(?:ts|mjs|ps1|md|yaml|json)$/.test(word);
  return isFile || keys.has(word) || MADE_OF_NAMES.test(word) || code.includes(word.replace(/^--/, ''));
}

const everything = ({ spans, lines }: Page): readonly Located[] => [...spans, ...lines];

function variablesIn(page: Page): readonly string[] {
  return everything(page).flatMap(({ text }) => [...text.matchAll(VARIABLE)].map(([name]) => name));
}

describe.each(WRITTEN.map((page) => [page.path, page] as const))('%s', (_, page) => {
  it('names environment variables that are read', () => {
    const read = new Set([...knownVariables(), ...namedInCode]);
    expect(variablesIn(page).filter((name) => !read.has(name))).toEqual([]);
  });

  it('names nothing in code style that no code knows', () => {
    const unknown = page.spans.filter(({ text }) => WORD.test(text) && !isKnown(text));
    expect(unknown).toEqual([]);
  });
});

describe('docs/reliability.md', () => {
  it('tells of every product that is broken on purpose', () => {
    const page = WRITTEN.find(({ path }) => path === 'docs/reliability.md');
    const told = page?.rows
      .filter(({ headers }) => headers[0] === 'variant')
      .flatMap(({ cells }) => codeIn(cells[0] ?? ''));
    expect(told?.toSorted()).toEqual(Object.keys(VARIANTS).toSorted());
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
