import { Body, Controller, Delete, Get, HttpCode, Inject, Param, ParseUUIDPipe, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { AuditTrail } from '../audit/audit-trail.js';
import { bodyAs } from '../http/input.js';
import { Route } from '../http/route.js';
import { CONSOLE_CLIENT, type ConsoleClient } from '../ports.js';
import { CurrentCaller, type Caller } from './caller.js';
import { TokenDirectory } from './token-directory.js';
import { CreatedToken, TokenOrder, TokenView, TokenViews } from './tokens.dto.js';
import { newToken, type AccessToken } from '#contracts';

/** The tokens that let people and programs in. */
@Controller('tokens')
export class TokensController {
  constructor(
    @Inject(CONSOLE_CLIENT) private readonly client: ConsoleClient,
    @Inject(TokenDirectory) private readonly directory: TokenDirectory,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
  ) {}

  @Get()
  @Route({ summary: 'The tokens that are good now.', access: 'administrator', reply: TokenViews })
  async list(): Promise<TokenViews> {
    return { tokens: (await this.client.access.tokens()).map(viewOf) };
  }

  @Post()
  @Route({
    summary: 'Makes a token. Its secret is in this answer and nowhere else.',
    access: 'administrator',
    action: 'token.create',
    body: TokenOrder,
    reply: CreatedToken,
    status: 201,
  })
  async create(@Body(bodyAs(TokenOrder)) order: TokenOrder, @Req() request: Request): Promise<CreatedToken> {
    const { token, text } = newToken({ ...order, nowMs: Date.now() });
    await this.client.access.issueToken(token);
    this.directory.forget();
    this.audit.note(request, { target: token.tokenId });
    return { ...viewOf(token), token: text };
  }

  @Delete(':tokenId')
  @HttpCode(204)
  @Route({
    summary: 'Revokes a token, and with it its sessions.',
    access: 'administrator',
    action: 'token.revoke',
    status: 204,
  })
  async revoke(@Param('tokenId', ParseUUIDPipe) tokenId: string, @CurrentCaller() caller: Caller): Promise<void> {
    await this.client.access.revokeToken(tokenId, caller.identity.actor);
    this.directory.forget();
  }
}

function viewOf({ tokenId, name, role, createdAt, expiresAt }: AccessToken): TokenView {
  return { tokenId, name, role, createdAt, expiresAt };
}
