import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import type { AccessRole } from '#contracts';
import { firstSession, linkCode } from './first-questions.js';
import { call, onSignedOut, rememberCsrfToken } from './http.js';
import { problemOf, type Problem } from './problem.js';
import type { SessionInfo } from './session-info.js';

export type SessionState =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'out'; readonly problem: Problem | null }
  | { readonly kind: 'in'; readonly session: SessionInfo };

interface Access {
  readonly state: SessionState;
  signIn(token: string): Promise<void>;
  signOut(): Promise<void>;
}

const AccessContext = createContext<Access | null>(null);
const ROLE_ORDER: readonly AccessRole[] = ['viewer', 'operator', 'administrator'];

/** Knows who is signed in; a one-time link in the address is redeemed at once and taken out of it. */
export function AccessProvider({ children }: { readonly children: ReactNode }) {
  const [state, setState] = useState<SessionState>({ kind: 'unknown' });
  const enter = useCallback(async (asking: Promise<SessionInfo>): Promise<void> => {
    const session = await asking;
    rememberCsrfToken(session.csrfToken);
    setState({ kind: 'in', session });
  }, []);
  useEffect(() => {
    const leave = (problem: Problem | null): void => {
      rememberCsrfToken(null);
      setState({ kind: 'out', problem });
    };
    onSignedOut(leave);
    enter(firstSession ?? redeemed()).catch((error: unknown) => {
      const problem = problemOf(error);
      leave(linkCode === null && problem.status === 401 ? null : problem);
    });
  }, [enter]);
  const access = useMemo<Access>(
    () => ({
      state,
      signIn: (token) => enter(call<SessionInfo>('POST', '/session', { body: { token } })),
      signOut: async () => {
        await call('DELETE', '/session');
        rememberCsrfToken(null);
        setState({ kind: 'out', problem: null });
      },
    }),
    [state, enter],
  );
  return <AccessContext value={access}>{children}</AccessContext>;
}

export function useAccess(): Access {
  const access = use(AccessContext);
  if (!access) throw new Error('useAccess is for what stands inside an AccessProvider');
  return access;
}

/** True where the signed-in person may do what needs this role. The server checks it again. */
export function useMay(role: AccessRole): boolean {
  const { state } = useAccess();
  return state.kind === 'in' && ROLE_ORDER.indexOf(state.session.role) >= ROLE_ORDER.indexOf(role);
}

let redeeming: Promise<SessionInfo> | undefined;

/** The link is good once, so it is redeemed once, and taken out of the address. */
function redeemed(): Promise<SessionInfo> {
  window.history.replaceState(null, '', '/');
  redeeming ??= call<SessionInfo>('POST', '/session/link', { body: { code: linkCode } });
  return redeeming;
}
