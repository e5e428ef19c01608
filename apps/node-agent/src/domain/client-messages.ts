/** Texts that explain a failure. They are hints: nothing here makes a success of a failure. The ANS numbers are unconfirmed (reference 4.5). */
const HINTS: readonly ClientHint[] = [
  {
    pattern: /VSS_E_WRITERERROR_RETRYABLE|0x800423f3/i,
    type: 'vss.retryable',
    what: 'the VSS writer reports a retryable error',
  },
  { pattern: /\bANS(1017|1026|1029)E\b/, type: 'storage.unreachable', what: 'the storage server could not be reached' },
  { pattern: /\bANS1311E\b/, type: 'storage.full', what: 'the storage server is out of space' },
  {
    pattern: /\bANS(2050|1353)E\b/,
    type: 'storage.login-refused',
    what: 'the storage server refused the node or its password',
  },
];

const MESSAGE_LINE = /\b(?:ACN|ANS)\d{4}[EWS]\b/;
const EVIDENCE_LINES_MAX = 3;

export interface ClientHint {
  readonly pattern: RegExp;
  readonly type: string;
  readonly what: string;
}

export function hintIn(lines: readonly string[]): ClientHint | undefined {
  return HINTS.find(({ pattern }) => lines.some((line) => pattern.test(line)));
}

/** The last of the client's own error lines; empty when it printed none. */
export function messagesIn(lines: readonly string[]): string {
  return lines
    .filter((line) => MESSAGE_LINE.test(line))
    .slice(-EVIDENCE_LINES_MAX)
    .join(' | ');
}
