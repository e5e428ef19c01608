export const SESSION_COOKIE = 'dag-session';

/** Not readable by scripts, and sent to nobody but the console's own pages. */
export function cookieOptions(secure: boolean): {
  readonly httpOnly: true;
  readonly sameSite: 'strict';
  readonly secure: boolean;
  readonly path: '/';
} {
  return { httpOnly: true, sameSite: 'strict', secure, path: '/' };
}
