import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import { AuditTrail } from '../audit/audit-trail.js';
import { ProblemError, problem } from '../http/problem.js';
import { ROUTE, type RouteDescription } from '../http/route.js';
import { identityOf } from './identity.js';
import { callerOf, rememberCaller, type Caller } from './caller.js';
import { SESSION_COOKIE } from './cookie.js';
import { suffices } from './roles.js';
import { SessionBook } from './session-book.js';
import { TokenDirectory } from './token-directory.js';

export const CSRF_HEADER = 'x-csrf-token';
const SAFE_METHODS: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

/** Lets nobody past who may not: for every route of the API, and with nothing allowed that is not said to be. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(SessionBook) private readonly sessions: SessionBook,
    @Inject(TokenDirectory) private readonly directory: TokenDirectory,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const route = this.reflector.get<RouteDescription | undefined>(ROUTE, context.getHandler());
    if (!route) throw new Error(`${context.getClass().name}.${context.getHandler().name} does not say who may use it`);
    const request = context.switchToHttp().getRequest<Request>();
    if (route.action !== undefined) {
      this.audit.follow(route.action, request, context.switchToHttp().getResponse<Response>(), () => callerOf(request));
    }
    if (route.access === 'public') return true;
    const caller = await this.identify(request);
    if (!caller) {
      throw new ProblemError(
        problem(
          401,
          'access.unknown',
          'Nobody is signed in: open the page and sign in, or send a token as "Authorization: Bearer …".',
        ),
      );
    }
    rememberCaller(request, caller);
    if (caller.via === 'session' && !SAFE_METHODS.includes(request.method)) {
      if (request.headers[CSRF_HEADER] !== caller.session.csrfToken) {
        throw new ProblemError(
          problem(
            403,
            'access.csrf',
            `A change by a signed-in page needs the session's CSRF token in the header ${CSRF_HEADER}.`,
          ),
        );
      }
    }
    if (!suffices(caller.identity.role, route.access)) {
      throw new ProblemError(
        problem(
          403,
          'access.role',
          `This needs the role ${route.access}; ${caller.identity.actor} is ${caller.identity.role}.`,
        ),
      );
    }
    return true;
  }

  private async identify(request: Request): Promise<Caller | undefined> {
    const nowMs = Date.now();
    const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (bearer !== undefined) {
      const token = await this.directory.find(bearer, nowMs);
      return token && { via: 'token', identity: identityOf(token) };
    }
    const cookies = request.cookies as Readonly<Record<string, unknown>> | undefined;
    const cookie = cookies?.[SESSION_COOKIE];
    if (typeof cookie !== 'string') return undefined;
    const session = this.sessions.find(cookie, nowMs);
    if (!session) return undefined;
    const { tokenId } = session.identity;
    if (tokenId !== null && !(await this.directory.isGood(tokenId, nowMs))) {
      this.sessions.close(session.id);
      return undefined;
    }
    return { via: 'session', identity: session.identity, session };
  }
}
