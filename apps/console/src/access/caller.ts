import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { Identity, Session } from './session-book.js';

/** Who makes a request, and how that was known. */
export type Caller =
  | { readonly via: 'session'; readonly identity: Identity; readonly session: Session }
  | { readonly via: 'token'; readonly identity: Identity };

const callers = new WeakMap<Request, Caller>();

export function rememberCaller(request: Request, caller: Caller): void {
  callers.set(request, caller);
}

export function callerOf(request: Request): Caller | undefined {
  return callers.get(request);
}

/** The caller of a route that is not public. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const caller = callerOf(context.switchToHttp().getRequest<Request>());
  if (!caller) throw new Error('a route asks who calls it, and is open to everybody');
  return caller;
});
