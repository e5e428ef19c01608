import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrokerUser } from '#contracts';
import type { UserWithPassword } from '#messaging';

const PASSWORD_BYTES = 24;
const OWNER_ONLY_FOLDER = 0o700;
const OWNER_ONLY_FILE = 0o600;

/** The file that a service's `broker.urlFile` names. */
export function urlFileOf(directory: string, user: string): string {
  return join(directory, `${user}.url`);
}

/**
 * A password for every user: the one in its URL file, or a new one, whose file is written before the broker learns it.
 * So a password that the broker knows is never lost, and applying again changes none.
 */
export async function usersWithPasswords(
  users: readonly BrokerUser[],
  brokerUrl: string,
  directory: string,
): Promise<readonly UserWithPassword[]> {
  await mkdir(directory, { recursive: true, mode: OWNER_ONLY_FOLDER });
  const result: UserWithPassword[] = [];
  for (const user of users) {
    const file = urlFileOf(directory, user.name);
    const known = await passwordIn(file);
    const password = known ?? randomBytes(PASSWORD_BYTES).toString('base64url');
    if (known === undefined)
      await writeFile(file, `${urlFor(brokerUrl, user.name, password)}\n`, { mode: OWNER_ONLY_FILE, flag: 'wx' });
    result.push({ user, password });
  }
  return result;
}

async function passwordIn(file: string): Promise<string | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const first = text.trim().split(',')[0] ?? '';
  const password = URL.canParse(first) ? decodeURIComponent(new URL(first).password) : '';
  if (password === '')
    throw new Error(`${file} holds no broker URL with a password; put it right or delete it, then apply again.`);
  return password;
}

/** The same hosts and virtual host, as another user. */
export function urlFor(brokerUrl: string, user: string, password: string): string {
  return brokerUrl
    .split(',')
    .map((one) => Object.assign(new URL(one.trim()), { username: user, password }).href)
    .join(',');
}
