import { call } from './http.js';
import { overviewView } from './live.js';
import type { SessionInfo } from './session-info.js';

/** The one-time link of the first start, which the address carries where no server sees it. */
export const linkCode = /^#link=([\w-]+)$/.exec(window.location.hash)?.[1] ?? null;

/**
 * Who is signed in, asked when the page begins to load. What it shows is asked for at the same time: the answers come while the rest is made ready. Null with
 * a one-time link, because nobody is signed in then.
 */
export const firstSession = linkCode === null ? call<SessionInfo>('GET', '/session') : null;
firstSession?.catch(() => undefined);
if (linkCode === null) overviewView.open();
