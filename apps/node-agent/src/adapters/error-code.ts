/** Is this one of Node's system errors with the code given, like ENOENT? */
export function isCode(thrown: unknown, code: string): boolean {
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown && thrown.code === code;
}
