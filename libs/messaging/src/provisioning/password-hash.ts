import { createHash, randomBytes } from 'node:crypto';

const SALT_BYTES = 4;

/** RabbitMQ's `rabbit_password_hashing_sha256`: so the password itself never travels, and definitions hold none. */
export function passwordHash(password: string, salt: Buffer = randomBytes(SALT_BYTES)): string {
  const digest = createHash('sha256')
    .update(Buffer.concat([salt, Buffer.from(password)]))
    .digest();
  return Buffer.concat([salt, digest]).toString('base64');
}
