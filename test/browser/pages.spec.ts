import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { WEEKDAYS, type AccessRole } from '#contracts';
import {
  ConsoleUnderTest,
  EMPTY_SNAPSHOT,
  NO_MAINTENANCE,
  RUN_ID,
} from '../../apps/console/src/testing/console-under-test.js';
import { eventually } from '../support/eventually.js';
import { graveProblems } from './accessibility.js';
import { launchChromium } from './browser.js';
import { choose, field } from './form.js';
import { describeWithChromium } from './installed-chromium.js';
import { tabThrough, workingParts } from './keyboard.js';
import { goTo as goToUrl, signedIn } from './signed-in.js';
import { DATABASES, PLAN, PREFLIGHT, RESTORE_ID, answers, databaseName, restoreRun } from './made-up.js';

const PATHS = [
  '/',
  `/runs/${RUN_ID}`,
  '/backup',
  '/restore',
  '/runs',
  '/backups',
  '/alarms',
  '/limits',
  '/audit',
  '/tokens',
];

describeWithChromium('the pages, with everything else made up', () => {
  let browser: Browser;
  let console: ConsoleUnderTest;
  let context: BrowserContext;
  let page: Page;
  const given: Record<string, unknown> = {};
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    for (const name of Object.keys(given)) delete given[name];
    Object.assign(given, answers());
    console = await ConsoleUnderTest.start(given);
  });
  afterEach(async () => {
    await context?.close();
    await console?.stop();
  });

  async function open(
    path: string,
    role: AccessRole,
    { timezoneId = 'America/New_York', bypassCSP = false } = {},
  ): Promise<void> {
    ({ context, page } = await signedIn(browser, console, role, { timezoneId, bypassCSP }));
    await goTo(path);
  }

  function goTo(path: string): Promise<void> {
    return goToUrl(page, `${console.url}${path}`);
  }

  it('lead to everything that does something by Tab and arrows, and show where one is, also where something is wrong or changed', async () => {
    await open('/', 'administrator', { bypassCSP: true });
    for (const path of PATHS) {
      await goTo(path);
      if (path === '/') await page.locator('[data-status="Mounted"]').first().waitFor();
      if (path.startsWith('/runs/')) await page.locator('[data-bar]').first().waitFor();
      // What a lab where all is well does not show; the other pages are looked at there.
      if (path === '/limits' || path === '/alarms') {
        await page.getByRole('main').getByRole('button').first().waitFor();
        expect(await graveProblems(page)).toEqual([]);
      }
      const working = await workingParts(page);
      const { names, unseen } = await tabThrough(page);
      // Of cells, bars and tabs one is reached by Tab, and the others from there by the arrows.
      const isOneOf = (name: string): boolean => /^(cell|bar|tab) /.test(name);
      const missed = working.filter((name) => !names.includes(name) && !isOneOf(name));
      expect({ path, missed, unseen }).toEqual({ path, missed: [], unseen: [] });
      for (const kind of ['cell', 'bar', 'tab']) {
        const all = working.filter((name) => name.startsWith(`${kind} `));
        const reached = names.filter((name) => name.startsWith(`${kind} `));
        expect({ path, kind, reached: reached.length }).toEqual({ path, kind, reached: Math.min(1, all.length) });
      }
    }
  });

  it('let the arrows go over the whole matrix; Enter tells more in a dialog that keeps the keys and gives them back', async () => {
    await open('/', 'operator');
    const at = () => page.evaluate('document.activeElement.dataset.cell');
    await page.locator('[data-cell="0:0"]').focus();
    for (const key of ['ArrowRight', 'ArrowDown', 'End', 'Control+End']) await page.keyboard.press(key);
    await page.locator(`[data-cell="${DATABASES - 1}:3"]`).waitFor();
    expect(await at()).toBe(`${DATABASES - 1}:3`);
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: databaseName(DATABASES) });
    await dialog.waitFor();
    const inside = [];
    for (let tabs = 0; tabs < 8; tabs += 1) {
      await page.keyboard.press('Tab');
      inside.push(await page.evaluate('document.querySelector("[role=dialog]").contains(document.activeElement)'));
    }
    expect(inside.every(Boolean)).toBe(true);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect(await at()).toBe(`${DATABASES - 1}:3`);
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'EX01' }).waitFor();
  });

  it('let the arrows go over the bars of a run; Enter asks why there', async () => {
    await open(`/runs/${RUN_ID}`, 'viewer');
    const bars = page.locator('[data-bar]');
    await bars.first().focus();
    const first = await page.evaluate('document.activeElement.dataset.bar');
    await page.keyboard.press('ArrowRight');
    expect(await page.evaluate('document.activeElement.dataset.bar')).not.toBe(first);
    await page.keyboard.press('Enter');
    await page.getByRole('tab', { name: 'Why there?', selected: true }).waitFor();
  });

  it('show who is drained and why; an operator drains and resumes, and a viewer only looks', async () => {
    await open('/', 'operator');
    await page.locator('[data-member="ex02"] [data-drained]').getByText('new disks').waitFor();
    await page.locator('[data-cell="-1:1"]').click();
    await field(page, 'Why it is drained').fill('patch day');
    await field(page, 'To be free within hours').fill('2');
    await page.getByRole('button', { name: 'Give EX01 no new work' }).click();
    await page.getByText('only EX01 holds MBX01, so it waits').waitFor();
    expect(console.asked).toContainEqual([
      'drainMember',
      expect.objectContaining({
        member: 'ex01',
        reason: 'patch day',
        deadlineMs: 7_200_000,
        stopRunning: false,
        requestedBy: 'a operator',
      }),
    ]);
    await page.keyboard.press('Escape');
    await page.locator('[data-cell="-1:2"]').click();
    await page.getByRole('button', { name: 'Give EX02 work again' }).click();
    await expectAsked('resumeMember');
    await context.close();
    await open('/limits', 'viewer');
    await page.getByText('new disks').waitFor();
    expect(await page.getByRole('main').getByRole('button').count()).toBe(0);
  });

  it('show the limits in force and the window; an administrator changes one, and an operator cannot', async () => {
    await open('/limits', 'administrator');
    await page.locator('[data-limit="site"]').getByText('night').waitFor();
    await page.getByText('mon 20:00 to 06:00').waitFor();
    await page.getByText('closed', { exact: true }).waitFor();
    await choose(page, 'Of which', 'EX03');
    await field(page, 'At most').fill('3');
    await field(page, 'Why').fill('quick disks');
    await page.getByRole('button', { name: 'Change it' }).click();
    await expectAsked('changeLimits');
    await page.getByRole('button', { name: /^As configured again/ }).click();
    await expectAsked('changeLimits', 2);
    expect(console.asked.filter(([method]) => method === 'changeLimits').map(([, request]) => request)).toMatchObject([
      { changes: [{ scope: 'member', name: 'ex03', value: 3 }], reason: 'quick disks' },
      { changes: [{ scope: 'site', name: 'Site-A', value: null }] },
    ]);
    await context.close();
    await open('/limits', 'operator');
    await page.locator('[data-limit="site"]').waitFor();
    expect(await page.getByRole('button', { name: /Change it|As configured/ }).count()).toBe(0);
  });

  it.each([
    ['America/New_York', 'Jan 31, 2026, 5:00:00'],
    ['Asia/Tokyo', 'Feb 1, 2026, 7:00:00'],
  ])('tell times in the zone of a viewer in %s, and in UTC on hover', async (zone, shown) => {
    await open('/runs', 'viewer', { timezoneId: zone });
    const time = page.locator('time').first();
    expect(await time.innerText()).toContain(shown);
    expect(await time.getAttribute('title')).toBe('2026-01-31 22:00:00 UTC');
  });

  it('say what to do where there is nothing, and why where nobody answers', async () => {
    Object.assign(given, {
      snapshot: EMPTY_SNAPSHOT,
      runs: [],
      maintenance: NO_MAINTENANCE,
      alarms: [],
      'access.audit': [],
    });
    await open('/', 'operator');
    await page.getByText('Start the agent on an Exchange server').waitFor();
    for (const [path, text] of [
      ['/runs', 'Nothing ran yet'],
      ['/alarms', 'No alarm stands'],
      ['/audit', 'Nothing was done yet'],
      ['/backups', 'No backup is known that fits'],
      ['/limits', 'None is drained'],
    ] as const) {
      await goTo(path);
      await page.getByText(text).waitFor();
    }
    Object.assign(given, { runs: new Error('no conductor answers'), alarms: new Error('the conductor is away') });
    await goTo('/alarms');
    await page.getByText('no conductor answers').waitFor();
    await page.getByRole('alert').getByText('What is shown may be old').waitFor();
    await page.getByText('A fault of the console').waitFor();
    expect(await page.getByText('No alarm stands').count()).toBe(0);
  });

  it('turn to signing in when the session is over, and go on from there', async () => {
    await open('/alarms', 'viewer');
    console.revokeAll();
    const token = console.token('viewer');
    await page.getByText('Nobody is signed in').waitFor();
    await field(page, 'Token').fill(token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Alarms' }).waitFor();
    expect(await page.getByText('Nobody is signed in').count()).toBe(0);
  });

  it('plan for several times of the week and databases that go first, but not while one of them is half chosen', async () => {
    await open('/backup', 'operator');
    await page.getByRole('button', { name: 'When' }).click();
    await page.getByRole('button', { name: 'Only at a time of day' }).click();
    await page.getByRole('button', { name: 'Another time of day' }).click();
    const show = page.getByRole('button', { name: 'Show the plan' });
    for (const [number, from, to] of [
      [1, '22:00', '06:00'],
      [2, '12:00', ''],
    ] as const) {
      await field(page, `From, time of day ${number}`).fill(from);
      await field(page, `To, time of day ${number}`).fill(to);
    }
    await page.getByRole('group', { name: 'Time of day 1', exact: true }).getByLabel('mon').check();
    await page.getByText('Time of day 2: say from when and to when').waitFor();
    expect(await show.isDisabled()).toBe(true);
    await field(page, 'To, time of day 2').fill('13:00');
    await page.getByRole('button', { name: 'In which order' }).click();
    await page.getByRole('button', { name: 'A database with a priority of its own' }).click();
    await choose(page, 'Database 1 with a priority of its own', databaseName(2));
    await field(page, 'Its priority, database 1').fill('9');
    await show.click();
    await page.locator('[data-planned]').first().waitFor();
    expect(console.asked.find(([method]) => method === 'plan')?.[1]).toMatchObject({
      request: {
        databasePriorities: [{ database: databaseName(2), priority: 9 }],
        window: {
          timeZone: 'America/New_York',
          periods: [
            { days: ['mon'], from: '22:00', to: '06:00' },
            { days: WEEKDAYS, from: '12:00', to: '13:00' },
          ],
        },
      },
    });
  });

  it('restore everything with a time to begin by, after every name was typed', async () => {
    const [one] = PREFLIGHT.databases;
    const names = Array.from({ length: 12 }, (_, index) => databaseName(index + 1));
    given['preflightRestore'] = {
      ...PREFLIGHT,
      databases: names.map((name) => ({ ...one, databaseGuid: name, databaseName: name, offlineDatabase: name })),
    };
    given['restore'] = { requestId: 'k' };
    await open('/restore', 'administrator');
    await choose(page, 'What', 'Every database there is');
    await page.getByRole('button', { name: 'More' }).click();
    await field(page, 'Begins within hours, at the latest').fill('2');
    await page.getByRole('button', { name: 'Show what would happen' }).click();
    const typed = page.getByLabel('Type the names of all 12 databases');
    const start = page.getByRole('button', { name: 'Start the restore' });
    await typed.fill(names.slice(1).join('\n'));
    await page.getByText(`Still missing: ${databaseName(1)}`).waitFor();
    expect(await start.isDisabled()).toBe(true);
    await typed.fill(names.join('\n'));
    await start.click();
    await page.waitForURL(/\/runs\//);
    const asked = { all: true, deadlineMs: 7_200_000 };
    expect(console.asked.find(([method]) => method === 'preflightRestore')?.[1]).toMatchObject(asked);
    expect(console.asked.find(([method]) => method === 'restore')?.[1]).toMatchObject({ ...asked, confirm: names });
  });

  it('tell what would be if a member were gone, which cannot be started, and carry out a plan out of a file', async () => {
    await open(`/backup?database=${databaseName(1)}`, 'operator');
    await page.getByRole('button', { name: 'What if' }).click();
    await choose(page, 'As if these members were gone', 'EX01');
    await page.getByRole('button', { name: 'Show the plan' }).click();
    await page.getByText('for a world that is not').waitFor();
    expect(await page.getByRole('button', { name: 'Start the backup as planned' }).isDisabled()).toBe(true);
    expect(console.asked.find(([method]) => method === 'plan')?.[1]).toMatchObject({
      request: { databases: [databaseName(1)] },
      whatIf: { withoutMembers: ['ex01'] },
    });
    const take = async (text: string): Promise<void> => {
      const file = { name: 'plan.json', mimeType: 'application/json', buffer: Buffer.from(text) };
      await page.locator('input[type=file]').setInputFiles(file);
    };
    await take('{}');
    await page.getByRole('alert', { name: 'The file holds no plan' }).waitFor();
    await take(JSON.stringify(PLAN));
    await page.locator(`[data-planned="${databaseName(1)}"]`).waitFor();
    await page.getByRole('button', { name: 'Start the backup as planned' }).click();
    await page.waitForURL(/\/runs\//);
    expect(console.asked.find(([method]) => method === 'backup')?.[1]).toMatchObject({
      plan: { tasks: [{ taskId: 't1', member: 'ex03' }] },
    });
  });

  it('show live how a restore that fails is undone; cancelling it asks once more', async () => {
    let fail = (): void => undefined;
    const failed = new Promise<void>((resolve) => (fail = resolve));
    given['watch'] = async function* views() {
      yield restoreRun(false);
      await failed;
      yield restoreRun(true);
      await new Promise(() => undefined);
    };
    await open(`/runs/${RESTORE_ID}`, 'operator');
    await page.locator('[data-step="dismount"][data-outcome="live"]').waitFor();
    expect(await page.getByText('undo:').count()).toBe(0);
    fail();
    await page.locator('[data-step="dismount"][data-outcome="failed"]').waitFor();
    await page.locator('[data-step="resumeCopy"]').getByText('undo:').waitFor();
    await page.getByText('what was done is undone').waitFor();
    expect(await page.getByText('undo:').count()).toBe(1);
    const cancel = page.getByRole('button', { name: 'Cancel the run' });
    await cancel.click();
    await page.getByRole('button', { name: 'Let it go on' }).click();
    await cancel.click();
    expect(console.asked.filter(([method]) => method === 'cancel')).toEqual([]);
    await page.getByRole('button', { name: 'Cancel it' }).click();
    await expectAsked('cancel');
  });

  it('show a finished run as it was at an earlier moment', async () => {
    await open(`/runs/${RUN_ID}`, 'viewer');
    await page.locator('.gantt [data-bar]').nth(2).waitFor();
    const slider = page.getByRole('slider', { name: 'Moment that the chart shows' });
    await slider.focus();
    await page.keyboard.press('Home');
    await page.locator('.gantt [data-bar]').nth(2).waitFor({ state: 'detached' });
    expect(await page.locator('.gantt [data-state="live"]').count()).toBe(2);
  });

  async function expectAsked(method: string, times = 1): Promise<void> {
    const timesAsked = (): number => console.asked.filter(([name]) => name === method).length;
    await eventually(() => timesAsked() === times, {
      what: `${method} is asked ${times} times`,
    });
  }
});
