import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { AccessRole } from '#contracts';
import type { ConsoleUnderTest } from '../../apps/console/src/testing/console-under-test.js';
import { newContext } from './browser.js';

export interface SignedIn {
  readonly context: BrowserContext;
  readonly page: Page;
}

/** A new page of a console, for somebody with this role. */
export async function signedIn(
  browser: Browser,
  console: ConsoleUnderTest,
  role: AccessRole,
  options: Parameters<typeof newContext>[1] = {},
): Promise<SignedIn> {
  const context = await newContext(browser, { timezoneId: 'America/New_York', locale: 'en-US', ...options });
  const answer = await context.request.post(`${console.url}/api/session`, { data: { token: console.token(role) } });
  if (!answer.ok())
    throw new Error(`signing in as ${role} was answered with ${answer.status()}: ${await answer.text()}`);
  return { context, page: await context.newPage() };
}

/** Until it says which page it is. */
export async function goTo(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByRole('heading', { level: 1 }).waitFor();
}
