import { allContracts, type MessageContract } from '../message.js';
import { Failure } from '../failure.js';
import { isQuery } from './asyncapi.js';
import { SCHEMA_POINTER, schemasOf, type JsonSchema } from './json-schema.js';
import { readersOf, sendersOf } from './participants.js';

/** The page for people: every message with its way, then the fields of every data type. */
export function messagesDocument(): string {
  const contracts = allContracts();
  const replies = contracts.filter(isQuery).map(({ reply }) => reply);
  const schemas = schemasOf([...contracts.map(({ data }) => data), ...replies, Failure]);
  return [
    '# Messages',
    '',
    'Generated from `libs/contracts` by `npm run generate`; do not edit. The same as an AsyncAPI document: `asyncapi.yaml`.',
    '',
    'Bodies are CloudEvents 1.0 in structured JSON. A request may also be published by hand: its bare data as the body, to',
    'the exchange and with the routing key given here. Times are UTC, sizes are decimal text, unknown fields are tolerated.',
    '`api` is everyone outside: the command line, schedulers, a person at the management page; `node` is each member’s agent.',
    '',
    '| type | kind | exchange | route | sent by | read by | data | what it says |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...contracts.map(messageRow),
    '',
    '## Data',
    '',
    'Fields marked with ? may be absent or null.',
    ...Object.entries(schemas).flatMap(([name, schema]) => ['', `### ${name}`, '', ...fieldTable(schema)]),
    '',
  ].join('\n');
}

function messageRow(contract: MessageContract): string {
  const data = link(contract.data.name) + (isQuery(contract) ? ` → ${link(contract.reply.name)}` : '');
  return row([
    `\`${contract.type}\``,
    contract.kind,
    `\`${contract.exchange}\``,
    `\`${contract.route}\``,
    sendersOf(contract).join(', '),
    readersOf(contract).join(', '),
    data,
    contract.summary,
  ]);
}

function fieldTable(schema: JsonSchema): readonly string[] {
  const properties = Object.entries((schema['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>);
  if (properties.length === 0) return ['No fields.'];
  const required = new Set((schema['required'] ?? []) as readonly string[]);
  return [
    '| field | form |',
    '| --- | --- |',
    ...properties.map(([name, property]) => row([`\`${name}\`${required.has(name) ? '' : '?'}`, formOf(property)])),
  ];
}

/** A property in words: `text, at most 200 characters`. */
export function formOf(property: JsonSchema): string {
  const options = property['anyOf'] as readonly JsonSchema[] | undefined;
  if (options?.[0]) return formOf(options[0]);
  const reference = property['$ref'];
  if (typeof reference === 'string') return link(reference.slice(SCHEMA_POINTER.length));
  const words = property['enum'] as readonly (string | null)[] | undefined;
  if (words) return words.flatMap((word) => (word === null ? [] : [`\`${word}\``])).join(', ');
  const type = [property['type']].flat()[0];
  switch (type) {
    case 'array':
      return `list of${bound(property['maxItems'], 'at most', '×')} ${formOf((property['items'] ?? {}) as JsonSchema)}`;
    case 'integer':
    case 'number':
      return `${type}${bound(property['minimum'], 'from', '')}${bound(property['maximum'], 'to', '')}`;
    case 'string':
      return textForm(property);
    case 'boolean':
      return 'true or false';
    default:
      return 'object';
  }
}

function textForm(property: JsonSchema): string {
  if (property['format'] === 'date-time') return 'UTC time';
  if (property['format'] === 'uuid') return 'UUID';
  const pattern = property['pattern'];
  if (typeof pattern === 'string')
    return `text like \`${pattern.replaceAll('|', '\\|')}\`${bound(property['maxLength'], 'at most', 'characters')}`;
  return `text${bound(property['maxLength'], 'at most', 'characters')}`;
}

function bound(value: unknown, before: string, after: string): string {
  if (typeof value !== 'number') return '';
  return ` ${before} ${value.toLocaleString('en-US')}${after ? ` ${after}` : ''}`;
}

function link(name: string): string {
  return `[${name}](#${name.toLowerCase()})`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
