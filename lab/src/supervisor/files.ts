import { readFileSync, writeFileSync } from 'node:fs';

/** By shape and not by class: an error of Node's own modules is of another realm inside a test runner's sandbox. */
export function messageOf(error: unknown): string {
  return isObject(error) && 'message' in error && typeof error.message === 'string' ? error.message : String(error);
}

/** True for a system error of that name, e.g. `ENOENT`. */
export function hasCode(error: unknown, code: string): boolean {
  return isObject(error) && 'code' in error && error.code === code;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** What one of the lab's own state files holds; null when it does not exist. */
export function readState<State>(file: string, fits: (content: object) => content is State & object): State | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
  const content = parse(text);
  if (isObject(content) && fits(content)) return content;
  throw new Error(`${file} is damaged or of another version. Stop what runs by hand, delete the file, and start again`);
}

/** Readable by its owner only: state may hold passwords. */
export function writeState(file: string, content: object): void {
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Told by the caller, with the file's name.
    return undefined;
  }
}
