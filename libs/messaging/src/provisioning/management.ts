import type { BrokerUser, PolicyDefinition } from '#contracts';
import { ManagementApi } from './http-api.js';
import { passwordHash } from './password-hash.js';

export interface UserWithPassword {
  readonly user: BrokerUser;
  readonly password: string;
}

export async function createVhost(managementUrl: string, vhost: string): Promise<void> {
  await new ManagementApi(managementUrl).put(['vhosts', vhost], {});
}

export async function deleteVhost(managementUrl: string, vhost: string): Promise<void> {
  await new ManagementApi(managementUrl).delete(['vhosts', vhost]);
}

/** Sets the policies; repeating it changes nothing. */
export async function applyPolicies(
  managementUrl: string,
  vhost: string,
  policies: readonly PolicyDefinition[],
): Promise<void> {
  const api = new ManagementApi(managementUrl);
  for (const { name, pattern, applyTo, priority, definition } of policies) {
    await api.put(['policies', vhost, name], { pattern, 'apply-to': applyTo, priority, definition });
  }
}

/** Makes each user, or gives an existing one this password, and sets what it may do in the vhost. Rights change with the next connection. */
export async function applyUsers(
  managementUrl: string,
  vhost: string,
  users: readonly UserWithPassword[],
): Promise<void> {
  const api = new ManagementApi(managementUrl);
  for (const { user, password } of users) {
    const hash = { password_hash: passwordHash(password), hashing_algorithm: 'rabbit_password_hashing_sha256' };
    await api.put(['users', user.name], { ...hash, tags: '' });
    const { configure, write, read } = user;
    await api.put(['permissions', vhost, user.name], { configure, write, read });
    for (const topic of user.topicPermissions) {
      await api.put(['topic-permissions', vhost, user.name], {
        exchange: topic.exchange,
        write: topic.write,
        read: topic.read,
      });
    }
  }
}

/** Takes users away, e.g. those of a member that left. One that is not there is no fault. */
export async function deleteUsers(managementUrl: string, names: readonly string[]): Promise<void> {
  const api = new ManagementApi(managementUrl);
  const present = await api.get(['users']);
  const known = Array.isArray(present) ? present.map((each: { readonly name?: unknown }) => each.name) : [];
  for (const name of names) {
    if (known.includes(name)) await api.delete(['users', name]);
  }
}
