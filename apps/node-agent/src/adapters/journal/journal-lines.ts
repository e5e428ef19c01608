import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { RECORD_CLASSES, type JournalRecord } from '../../domain/journal-records.js';

export interface BrokenLine {
  /** From 1. */
  readonly lineNumber: number;
  readonly bytes: Buffer;
  readonly reason: string;
}

export interface JournalLines {
  readonly records: readonly JournalRecord[];
  readonly broken: readonly BrokenLine[];
}

const NEWLINE = 0x0a;

/** Reads a journal line by line. A line that is not exactly a record is broken, and nothing is made of its parts. */
export function readLines(content: Buffer): JournalLines {
  const records: JournalRecord[] = [];
  const broken: BrokenLine[] = [];
  let lineNumber = 0;
  for (let start = 0; start < content.length;) {
    const newline = content.indexOf(NEWLINE, start);
    const end = newline < 0 ? content.length : newline;
    const bytes = content.subarray(start, end);
    start = end + 1;
    lineNumber += 1;
    const parsed = parseLine(bytes);
    if (typeof parsed === 'string') broken.push({ lineNumber, bytes, reason: parsed });
    else records.push(parsed);
  }
  return { records, broken };
}

export function writeLines(records: readonly JournalRecord[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

/** The record, or what is wrong with the line. */
function parseLine(bytes: Buffer): JournalRecord | string {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
  if (typeof value !== 'object' || value === null || !('kind' in value) || typeof value.kind !== 'string')
    return 'it is no record';
  if (!isKind(value.kind)) return `"${value.kind}" is no kind of record`;
  const record = plainToInstance(RECORD_CLASSES[value.kind], value);
  const violations = validateSync(record).flatMap(textsOf);
  return violations.length === 0 ? record : violations.join('; ');
}

function isKind(kind: string): kind is JournalRecord['kind'] {
  return Object.hasOwn(RECORD_CLASSES, kind);
}

function textsOf(error: ValidationError): readonly string[] {
  return [...Object.values(error.constraints ?? {}), ...(error.children ?? []).flatMap(textsOf)];
}
