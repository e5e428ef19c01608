import type { AccessRole } from '#contracts';

/** Who is signed in. */
export interface SessionInfo {
  readonly actor: string;
  readonly role: AccessRole;
  readonly validUntil: string;
  readonly csrfToken: string | null;
}
