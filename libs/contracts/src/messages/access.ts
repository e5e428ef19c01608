import { Type } from 'class-transformer';
import {
  IsArray,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { defineMessage, defineQuery } from '../message.js';
import { IsOneOf, IsUtc } from '../validators.js';

/** What a person may do at the console, each role with everything of the one before. */
export const ACCESS_ROLES = ['viewer', 'operator', 'administrator'] as const;
export type AccessRole = (typeof ACCESS_ROLES)[number];

/** How an audited action ended: done as asked, refused for want of rights or for what was asked, or failed on the way. */
export const ACTION_RESULTS = ['done', 'refused', 'failed'] as const;
export type ActionResult = (typeof ACTION_RESULTS)[number];

const NAME_MAX_LENGTH = 200;
const TEXT_MAX_LENGTH = 4_000;
const PAGE_MAX = 500;
/** More good tokens than anybody can look after. */
export const TOKENS_MAX = 1_000;
const SHA256_HEX = /^[0-9a-f]{64}$/;

/** A token for the console. Its secret never travels: only who got it knows it, and this is its hash. */
export class AccessToken {
  @IsUUID() readonly tokenId!: string;
  /** Whom it was made for, for the audit log. */
  @IsString() @MinLength(1) @MaxLength(NAME_MAX_LENGTH) readonly name!: string;
  @IsOneOf(ACCESS_ROLES) readonly role!: AccessRole;
  /** SHA-256 of the secret, in hexadecimal: the secret is 256 random bits, so nothing slower is needed. */
  @Matches(SHA256_HEX) readonly secretHash!: string;
  @IsUtc() readonly createdAt!: string;
  @IsUtc() readonly expiresAt!: string;
}

export class TokenRevocation {
  @IsUUID() readonly tokenId!: string;
  @IsOptional() @IsString() @MaxLength(NAME_MAX_LENGTH) readonly requestedBy?: string;
}

export class TokenListQuery {
  /** Oldest first; default 1,000. */
  @IsOptional() @IsInt() @Min(1) @Max(TOKENS_MAX) readonly limit?: number;
}

export class AccessTokenList {
  @IsArray() @ValidateNested({ each: true }) @Type(() => AccessToken) readonly tokens!: readonly AccessToken[];
}

/** One thing somebody did, or tried to do, at a console. */
export class AuditEntry {
  @IsUUID() readonly entryId!: string;
  @IsUtc() readonly at!: string;
  /** The name of the token, or how else the person got in. */
  @IsString() @MaxLength(NAME_MAX_LENGTH) readonly actor!: string;
  @IsOptional() @IsOneOf(ACCESS_ROLES) readonly role!: AccessRole | null;
  /** The network address the request came from. */
  @IsString() @MaxLength(NAME_MAX_LENGTH) readonly address!: string;
  /** E.g. `backup.request`. */
  @Matches(/^[a-z]+(\.[a-z-]+)*$/) @MaxLength(NAME_MAX_LENGTH) readonly action!: string;
  /** What it was done to: a run, a member, a token. */
  @IsOptional() @IsString() @MaxLength(NAME_MAX_LENGTH) readonly target!: string | null;
  /** What was asked, without secrets; left out where it was too large. */
  @IsOptional() @IsObject() readonly request!: Readonly<Record<string, unknown>> | null;
  @IsOneOf(ACTION_RESULTS) readonly result!: ActionResult;
  @IsString() @MaxLength(TEXT_MAX_LENGTH) readonly text!: string;
  /** The console that did it. */
  @IsString() @MaxLength(NAME_MAX_LENGTH) readonly console!: string;
}

export class AuditQuery {
  /** Newest first; default 100. */
  @IsOptional() @IsInt() @Min(1) @Max(PAGE_MAX) readonly limit?: number;
  /** Only what came before this position; for the next page. */
  @IsOptional() @IsInt() @Min(1) readonly beforePosition?: number;
}

export class StoredAuditEntry extends AuditEntry {
  /** Grows with each entry. */
  @IsInt() @Min(1) readonly position!: number;
}

export class AuditPage {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => StoredAuditEntry)
  readonly entries!: readonly StoredAuditEntry[];
}

const accessMessage = { kind: 'request', exchange: 'dag.requests', durable: true } as const;

export const TokenIssued = defineMessage({
  ...accessMessage,
  type: 'dag.token.issued.v1',
  route: 'access.token-issued',
  data: AccessToken,
  summary: 'A token for the console was made; the inventory keeps its hash.',
});

export const TokenRevoked = defineMessage({
  ...accessMessage,
  type: 'dag.token.revoked.v1',
  route: 'access.token-revoked',
  data: TokenRevocation,
  summary: 'A token for the console is good for nothing any more.',
});

export const ActionAudited = defineMessage({
  ...accessMessage,
  type: 'dag.action.audited.v1',
  route: 'access.action-audited',
  data: AuditEntry,
  summary: 'Somebody did, or tried to do, something at a console; kept by the inventory and in the audit stream.',
});

const inventoryQuery = { kind: 'query', exchange: 'dag.queries', route: 'inventory', durable: false } as const;

export const ListTokens = defineQuery({
  ...inventoryQuery,
  type: 'dag.tokens.list.v1',
  data: TokenListQuery,
  reply: AccessTokenList,
  summary: 'The tokens for the console that are neither revoked nor long expired.',
});

export const ListAudit = defineQuery({
  ...inventoryQuery,
  type: 'dag.audit.list.v1',
  data: AuditQuery,
  reply: AuditPage,
  summary: 'What was done at the consoles, newest first.',
});
