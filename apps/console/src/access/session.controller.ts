import { Body, Controller, Delete, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AuditTrail } from '../audit/audit-trail.js';
import { bodyAs } from '../http/input.js';
import { ProblemError, problem } from '../http/problem.js';
import { Route } from '../http/route.js';
import { CONSOLE_OPTIONS, type ConsoleOptions } from '../ports.js';
import { CurrentCaller, type Caller } from './caller.js';
import { SESSION_COOKIE, cookieOptions } from './cookie.js';
import { firstAdministrator, identityOf } from './identity.js';
import { OneTimeCode } from './one-time-code.js';
import { SESSION_MS, SessionBook, type Identity } from './session-book.js';
import { SessionView, SignIn, SignInByLink } from './session.dto.js';
import { SignInLimit } from './sign-in-limit.js';
import { TokenDirectory } from './token-directory.js';

/** Signing in and out of the page. Programs send their token with each request instead. */
@Controller('session')
export class SessionController {
  constructor(
    @Inject(SessionBook) private readonly sessions: SessionBook,
    @Inject(TokenDirectory) private readonly directory: TokenDirectory,
    @Inject(OneTimeCode) private readonly oneTimeCode: OneTimeCode,
    @Inject(SignInLimit) private readonly limit: SignInLimit,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(CONSOLE_OPTIONS) private readonly options: ConsoleOptions,
  ) {}

  @Post()
  @HttpCode(200)
  @Route({
    summary: 'Signs in with a token; the answer sets the session cookie.',
    access: 'public',
    action: 'session.sign-in',
    body: SignIn,
    reply: SessionView,
  })
  async signIn(
    @Body(bodyAs(SignIn)) { token: text }: SignIn,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SessionView> {
    await this.limit.take(addressOf(request));
    const nowMs = Date.now();
    const token = await this.directory.find(text, nowMs);
    if (!token) {
      throw new ProblemError(
        problem(
          401,
          'access.token',
          'The token is not known, has expired or was revoked. Make one with "dagctl token create".',
        ),
      );
    }
    return this.open(identityOf(token), request, response);
  }

  @Post('link')
  @HttpCode(200)
  @Route({
    summary: 'Signs in with the one-time link of the first start.',
    access: 'public',
    action: 'session.sign-in-by-link',
    body: SignInByLink,
    reply: SessionView,
  })
  async signInByLink(
    @Body(bodyAs(SignInByLink)) { code }: SignInByLink,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SessionView> {
    await this.limit.take(addressOf(request));
    const nowMs = Date.now();
    if (!this.oneTimeCode.redeem(code, nowMs)) {
      throw new ProblemError(
        problem(
          401,
          'access.link',
          'The link was used before or is too old. Make a token with "dagctl token create", or start the console anew.',
        ),
      );
    }
    return this.open(firstAdministrator(nowMs, SESSION_MS), request, response);
  }

  @Get()
  @Route({ summary: 'Who is signed in.', access: 'viewer', reply: SessionView })
  who(@CurrentCaller() caller: Caller): SessionView {
    return viewOf(caller.identity, caller.via === 'session' ? caller.session.csrfToken : null);
  }

  @Delete()
  @HttpCode(204)
  @Route({ summary: 'Signs out.', access: 'viewer', action: 'session.sign-out', status: 204 })
  signOut(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) response: Response): void {
    if (caller.via === 'session') this.sessions.close(caller.session.id);
    response.clearCookie(SESSION_COOKIE, cookieOptions(this.options.secureCookies));
  }

  private open(identity: Identity, request: Request, response: Response): SessionView {
    const nowMs = Date.now();
    const session = this.sessions.open(identity, nowMs);
    this.audit.note(request, { actor: identity.actor, text: `signed in as ${identity.role}` });
    response.cookie(SESSION_COOKIE, session.id, {
      ...cookieOptions(this.options.secureCookies),
      maxAge: session.endsAtMs - nowMs,
    });
    return viewOf(identity, session.csrfToken);
  }
}

function viewOf(identity: Identity, csrfToken: string | null): SessionView {
  const { actor, role, validUntilMs } = identity;
  return { actor, role, validUntil: new Date(validUntilMs).toISOString(), csrfToken };
}

function addressOf(request: Request): string {
  return request.ip ?? 'unknown';
}
