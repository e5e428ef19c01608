import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { allContracts } from '#contracts';
import { generatedDocuments } from '../../scripts/generate/documents.js';

const project = join(import.meta.dirname, '..', '..');
const { version } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as { version: string };
const documents = generatedDocuments(version);

function referencesIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === '$ref' ? [String(inner)] : referencesIn(inner)));
}

/** What a JSON pointer of a document names; these hold no escapes. */
function resolve(document: unknown, pointer: string): unknown {
  return pointer
    .slice('#/'.length)
    .split('/')
    .reduce((value: unknown, key) => (value as Record<string, unknown> | undefined)?.[key], document);
}

describe('generated documents', () => {
  it.each(Object.keys(documents))('%s is what the contracts generate (else run: npm run generate)', (path) => {
    expect(readFileSync(join(project, path), 'utf8')).toBe(documents[path]);
  });

  it('are the same every time', () => {
    expect(generatedDocuments(version)).toEqual(documents);
  });
});

describe('docs/asyncapi.yaml', () => {
  const document = parse(documents['docs/asyncapi.yaml'] ?? '') as Readonly<
    Record<string, Readonly<Record<string, unknown>>>
  >;

  it('refers to nothing that is not there', () => {
    const references = [...new Set(referencesIn(document))];
    expect(references.length).toBeGreaterThan(100);
    expect(references.filter((reference) => resolve(document, reference) === undefined)).toEqual([]);
  });

  it('has every message, sent and received', () => {
    const operations = Object.keys(document['operations'] ?? {});
    expect(operations).toEqual(allContracts().flatMap(({ type }) => [`send.${type}`, `receive.${type}`]));
  });

  it('describes fields as they are validated', () => {
    expect(resolve(document, '#/components/schemas/BackupRequest/properties/copiesPerDatabase')).toEqual({
      type: ['integer', 'null'],
      minimum: 1,
      maximum: 15,
    });
    expect(resolve(document, '#/components/schemas/AttemptRefusal/properties/failure')).toEqual({
      $ref: '#/components/schemas/Failure',
    });
    expect(resolve(document, '#/components/schemas/AttemptAcceptance/required')).toContain('memberId');
    expect(resolve(document, '#/components/schemas/NodeReport/properties/databases/items')).toEqual({
      $ref: '#/components/schemas/ReportedDatabase',
    });
  });
});

describe('docs/messages.md', () => {
  it('lists every message with its way', () => {
    for (const { type, exchange, route } of allContracts()) {
      expect(documents['docs/messages.md']).toMatch(
        new RegExp(`\\| \`${type}\` \\| \\w+ \\| \`${exchange}\` \\| \`${route.replaceAll(/[{}]/g, '\\$&')}\``),
      );
    }
  });
});

describe('deploy/rabbitmq/definitions.json', () => {
  it('holds no password and nothing of any member', () => {
    const text = documents['deploy/rabbitmq/definitions.json'] ?? '';
    const definitions = JSON.parse(text) as {
      readonly users: readonly { readonly name: string; readonly password_hash: string }[];
    };
    expect(text).not.toMatch(/"password"|dag\.node\.[a-z0-9-]+\.commands"|dag-node-/);
    expect(definitions).toMatchObject({ vhosts: [{ name: 'dag' }] });
    expect(definitions.users.map(({ name, password_hash }) => [name, password_hash])).toEqual([
      ['dag-conductor', ''],
      ['dag-inventory', ''],
      ['dag-api', ''],
    ]);
  });
});
