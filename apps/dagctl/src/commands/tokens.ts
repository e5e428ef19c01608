import { userInfo } from 'node:os';
import { Option, type Command } from 'commander';
import { ACCESS_ROLES, ExitCode, TOKEN_LIFE_MAX_MS, newToken, type AccessRole, type AccessToken } from '#contracts';
import { auditEntry } from '../audit.js';
import type { CommandContext } from '../context.js';
import { parseDuration } from '../input/duration.js';
import { UsageError } from '../input/usage-error.js';
import { momentOf } from '../render/moments.js';
import { table } from '../render/table.js';
import { define, type Define } from './define.js';

interface TokenOptions {
  readonly name?: string;
  readonly role: AccessRole;
  readonly expires: string;
}

/** Who gets into the console. */
export function addTokens(program: Command, run: Define): void {
  const group = program.command('token').description('Tokens that let people and programs into the console.');
  define(group, run, 'create', 'Make a token and print it; nobody can show it again.', {
    examples: ['dagctl token create --role operator --expires 90d --name ann'],
    options: (command) =>
      command
        .addOption(
          new Option('--role <role>', 'what it allows: looking; starting backups; everything')
            .choices(ACCESS_ROLES)
            .makeOptionMandatory(),
        )
        .option('--expires <duration>', 'how long it is good, like 8h or 90d', '30d')
        .option('--name <name>', 'whom it is for, as the audit log will say (default: you)'),
    work: (context, _arguments, options) => create(context, options as unknown as TokenOptions),
  });
  define(group, run, 'list', 'The tokens that are good now.', {
    examples: ['dagctl token list'],
    work: (context) =>
      context.withClient(async (client) => {
        const tokens = (await client.access.tokens()).map(withoutHash);
        context.result({ tokens }, () => renderTokens(tokens, context));
        return ExitCode.done;
      }),
  });
  define(group, run, 'revoke <tokenId>', 'Make a token useless, and end the sessions it opened.', {
    examples: ['dagctl token revoke 3f0e5a52-6a4f-4f2c-9d7c-0f6f5d3b9a11'],
    work: (context, [tokenId = '']) => revoke(context, tokenId),
  });
}

async function create(context: CommandContext, { name, role, expires }: TokenOptions): Promise<number> {
  const expiresInMs = parseDuration(expires);
  if (expiresInMs === undefined || expiresInMs <= 0 || expiresInMs > TOKEN_LIFE_MAX_MS) {
    throw new UsageError(`--expires must be a duration up to two years, like 8h or 90d, not "${expires}"`);
  }
  const { token, text } = newToken({ name: name ?? userInfo().username, role, expiresInMs, nowMs: Date.now() });
  return context.withClient(async (client) => {
    await client.access.issueToken(token);
    await client.access.recordAction(auditEntry('token.create', token.tokenId, { name: token.name, role, expires }));
    const { tokenId, expiresAt } = token;
    context.result(
      { tokenId, name: token.name, role, expiresAt, token: text },
      () => `${text}\n(${role}, for ${token.name}, until ${expiresAt})`,
    );
    return ExitCode.done;
  });
}

async function revoke(context: CommandContext, tokenId: string): Promise<number> {
  return context.withClient(async (client) => {
    const known = (await client.access.tokens()).find((token) => token.tokenId === tokenId.toLowerCase());
    if (!known) throw new UsageError(`there is no good token ${tokenId}; "dagctl token list" shows those there are`);
    await client.access.revokeToken(known.tokenId, userInfo().username);
    await client.access.recordAction(auditEntry('token.revoke', known.tokenId, null));
    context.result({ revoked: known.tokenId }, () => `${known.tokenId} (${known.name}) is revoked`);
    return ExitCode.done;
  });
}

type ShownToken = Omit<AccessToken, 'secretHash'>;

function withoutHash(token: AccessToken): ShownToken {
  const { secretHash: _, ...shown } = token;
  return shown;
}

function renderTokens(tokens: readonly ShownToken[], context: CommandContext): string {
  if (tokens.length === 0) return 'There is no token. Make one with "dagctl token create".';
  const rows = tokens.map(({ tokenId, name, role, createdAt, expiresAt }) => [
    tokenId,
    role,
    momentOf(createdAt),
    momentOf(expiresAt),
    name,
  ]);
  return table(['token', 'role', 'made', 'good until', 'for'], rows, context.look);
}
