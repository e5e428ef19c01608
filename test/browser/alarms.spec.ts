import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { ConsoleUnderTest } from '../../apps/console/src/testing/console-under-test.js';
import { graveProblems } from './accessibility.js';
import { launchChromium } from './browser.js';
import { describeWithChromium } from './installed-chromium.js';
import { WELL } from './made-up-health.js';
import { answers } from './made-up.js';
import { goTo, signedIn, type SignedIn } from './signed-in.js';

describeWithChromium('the health on the page of alarms', () => {
  let browser: Browser;
  let console: ConsoleUnderTest;
  let visit: SignedIn | undefined;
  const given: Record<string, unknown> = {};
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    Object.assign(given, answers());
    console = await ConsoleUnderTest.start(given);
  });
  afterEach(async () => {
    await visit?.context.close();
    await console?.stop();
  });

  it('says what is wrong and what to type, keeps what is well for those who open it, keeps nobody out, and looks again when asked', async () => {
    visit = await signedIn(browser, console, 'viewer', { colorScheme: 'dark', bypassCSP: true });
    const { page } = visit;
    await goTo(page, `${console.url}/alarms`);
    const health = page.getByRole('region', { name: 'Health' });
    await health.getByRole('status').getByText('1 problem, 1 warning, 2 not known').waitFor();
    const ill = health.locator('[data-finding]:not([data-finding="ok"])');
    expect(await ill.allInnerTexts()).toEqual([
      expect.stringMatching(/^Problem agents\s+The agent of EX02 is silent.*\s+dagctl members$/),
      expect.stringMatching(/^Warning parked\s+2 messages are parked\.\s+dagctl dead-letters list$/),
      expect.stringMatching(/^Not known alarms, runs\s+The conductor gives no answer\.$/),
    ]);
    const well = health.getByText('EX03 is drained');
    expect(await well.isVisible()).toBe(false);
    await health.getByText('2 looks found nothing wrong').click();
    await well.waitFor();
    expect(await graveProblems(page)).toEqual([]);
    given['doctor'] = WELL;
    await health.getByRole('button', { name: 'Look again' }).click();
    await health.getByText('All is well.').waitFor();
    expect(await ill.count()).toBe(0);
    given['doctor'] = new Error('the console is confused');
    await health.getByRole('button', { name: 'Look again' }).click();
    await health.getByRole('alert').getByText('The console made a mistake').waitFor();
  });
});
