import type { AccessRole } from '#contracts';

/** Who somebody is, however they got in. */
export interface Identity {
  readonly actor: string;
  readonly role: AccessRole;
  /** When the identity ends, whatever the session still has: the token's end. */
  readonly validUntilMs: number;
  /** Null for the one-time link. */
  readonly tokenId: string | null;
}

export interface Session {
  readonly id: string;
  readonly identity: Identity;
  /** Must come with every change, in a header: a page of another origin can send the cookie, and cannot read this. */
  readonly csrfToken: string;
  readonly endsAtMs: number;
}

/** Sessions of pages, at most this long and this many; the oldest goes first. */
export const SESSION_MS = 12 * 60 * 60 * 1_000;
export const SESSIONS_MAX = 1_000;

/** The pages that are signed in here. It is all that a console remembers, and losing it means signing in again. */
export class SessionBook {
  private readonly sessions = new Map<string, Session>();

  /** `random` gives an unguessable text. */
  constructor(private readonly random: () => string) {}

  open(identity: Identity, nowMs: number): Session {
    this.forgetEnded(nowMs);
    for (const id of this.sessions.keys()) {
      if (this.sessions.size < SESSIONS_MAX) break;
      this.sessions.delete(id);
    }
    const session = {
      id: this.random(),
      identity,
      csrfToken: this.random(),
      endsAtMs: Math.min(nowMs + SESSION_MS, identity.validUntilMs),
    };
    this.sessions.set(session.id, session);
    return session;
  }

  find(id: string, nowMs: number): Session | undefined {
    const session = this.sessions.get(id);
    return session && session.endsAtMs > nowMs ? session : undefined;
  }

  close(id: string): void {
    this.sessions.delete(id);
  }

  private forgetEnded(nowMs: number): void {
    for (const [id, session] of this.sessions) if (session.endsAtMs <= nowMs) this.sessions.delete(id);
  }
}
