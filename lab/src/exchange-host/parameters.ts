import { RequestError } from './request-error.js';

export type Parameters = Readonly<Record<string, unknown>>;

/** Exchange itself takes a missing identity for all objects (reference section 0 rule 7); a host must not. */
export function textParameter(params: Parameters, name: string, method: string): string {
  const value = params[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new RequestError(
    'request.invalid',
    `${method} needs params.${name} as text, not ${JSON.stringify(value)}`,
    false,
  );
}

export function textOrNullParameter(params: Parameters, name: string, method: string): string | null {
  return params[name] === null || params[name] === undefined ? null : textParameter(params, name, method);
}

export function flagParameter(params: Parameters, name: string, method: string): boolean {
  const value = params[name];
  if (typeof value === 'boolean') return value;
  throw new RequestError(
    'request.invalid',
    `${method} needs params.${name} as true or false, not ${JSON.stringify(value)}`,
    false,
  );
}
