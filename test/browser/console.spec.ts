import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { verifyCopies } from '../../lab/src/verify/index.js';
import { whenSeen } from '../e2e/runs.js';
import { eventually } from '../support/eventually.js';
import { startLab, type RunningLab } from '../support/start-lab.js';
import { graveProblems } from './accessibility.js';
import { DESKTOP, PHONE, launchChromium, newContext, picture } from './browser.js';
import { choose, field } from './form.js';
import { describeWithChromium } from './installed-chromium.js';

const MIB = 1024 * 1024;

/** Slow enough that a fault finds a backup at work. */
const WORLD = {
  members: 3,
  databases: 3,
  copies: 4,
  standalone: 1,
  withoutClient: 1,
  sizeMinBytes: 6 * MIB,
  sizeMaxBytes: 7 * MIB,
  rateBytesPerSecond: 2 * MIB,
};
const DATABASES = WORLD.databases + WORLD.standalone;

describeWithChromium('the console in a browser', () => {
  let running: RunningLab;
  let browser: Browser;
  let person: BrowserContext;
  let page: Page;
  let origin: string;
  /** What the page's own code complained about: nothing may. */
  const complaints: string[] = [];

  beforeAll(async () => {
    running = await startLab({ world: WORLD, withConsole: true });
    browser = await launchChromium();
    await whenSeen(running, DATABASES);
    const link = await running.lab.consoleLink();
    origin = new URL(link).origin;
    person = await newContext(browser);
    page = await person.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await page.goto(link);
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  });

  afterAll(async () => {
    await browser?.close();
    await running?.stop();
  });

  const cell = (database: string, member: string) =>
    page.locator(`[data-database="${database}"] [data-member="${member.toLowerCase()}"]`);

  /** Each copy with its role and status, as a sorted list. */
  async function shownCopies(): Promise<readonly string[]> {
    const shown: string[] = [];
    for (const row of await page.locator('.matrix-row[data-database]').all()) {
      const database = await row.getAttribute('data-database');
      for (const copy of await row.locator('[data-member]').all())
        shown.push(
          `${database} on ${await copy.getAttribute('data-member')}: ${await copy.getAttribute('data-role')} ${await copy.getAttribute('data-status')}`,
        );
    }
    return shown.toSorted();
  }

  function labCopies(): readonly string[] {
    return running
      .status()
      .databases.filter(({ kind }) => kind !== 'recovery')
      .flatMap(({ name, copies }) =>
        copies.map(({ member, role, status }) => `${name} on ${member.toLowerCase()}: ${role} ${status}`),
      )
      .toSorted();
  }

  /** The catalogue is what the clients list, and they are asked now and then. */
  function whenListed(name: string): Promise<true> {
    return eventually(
      async () => {
        const { backups } = await running.client.backups({ databases: [name], maxAgeMs: 2_000, waitMs: 10_000 });
        return backups.some(({ origin }) => origin === 'both') || null;
      },
      { what: `a client lists the backup of ${name}` },
    );
  }

  it('shows every copy of every database as it is in the lab', async () => {
    const same = await eventually(
      async () => {
        const [shown, real] = [await shownCopies(), labCopies()];
        if (shown.join('\n') === real.join('\n')) return shown;
        throw new Error(`shown: ${shown.join(', ')}; in the lab: ${real.join(', ')}`);
      },
      { what: 'the matrix shows the lab' },
    );
    expect(same).toHaveLength(WORLD.databases * WORLD.copies + WORLD.standalone);
    await page.getByText('client not known').first().waitFor();
  });

  it('turns a copy that fails in the matrix without reload, and back', async () => {
    const database = running.status().databases.find(({ kind }) => kind === 'dag');
    const copy = database?.copies.find(({ role }) => role === 'passive');
    if (!database || !copy) throw new Error('the lab has no passive copy');
    await page.evaluate('window.wasReloaded = false');
    running.world.setCopyStatus(database.name, copy.member, 'Failed');
    await cell(database.name, copy.member).and(page.locator('[data-status="Failed"]')).waitFor();
    await picture(page, 'overview');
    running.world.setCopyStatus(database.name, copy.member, 'Healthy');
    await cell(database.name, copy.member).and(page.locator('[data-status="Healthy"]')).waitFor();
    expect(await page.evaluate('window.wasReloaded')).toBe(false);
  });

  it('starts a backup; a failover in the middle of it is a broken bar and an arrow to where it went on', async () => {
    await page.getByRole('link', { name: 'Start a backup' }).click();
    await page.getByRole('heading', { name: 'Start a backup' }).waitFor();
    await page.getByRole('button', { name: 'Show the plan' }).click();
    await page
      .locator('[data-planned]')
      .nth(DATABASES - 1)
      .waitFor();
    await picture(page, 'backup');
    await page.getByRole('button', { name: 'Start the backup as planned' }).click();
    await page.waitForURL(/\/runs\/[\w-]+$/);
    const runId = page.url().split('/').at(-1) ?? '';
    const { name, target } = await eventually(
      async () => {
        const run = await running.client.run({ runId });
        const task = run.tasks.find(({ status, kind }) => status === 'running' && kind === 'dag');
        const database = running.status().databases.find((each) => each.name === task?.databaseName);
        const at = task?.attempts.at(-1)?.member;
        const to = database?.copies.find(
          ({ role, replayLagMs, member }) =>
            role === 'passive' &&
            replayLagMs === 0 &&
            member.toLowerCase() !== at &&
            running.lab.agentMembers.some(({ name: holder }) => holder === member),
        );
        return database && to && { name: database.name, target: to.member };
      },
      { what: 'a database of the DAG is being backed up that can fail over' },
    );
    running.world.failover(name, target);
    await page.locator('.gantt .arrow[data-reason="failover"]').first().waitFor({ state: 'attached' });
    await page.locator('.gantt [data-state="broken"]').first().waitFor({ state: 'attached' });
    await picture(page, 'run');
    await page.getByRole('heading', { level: 1 }).getByText('completed', { exact: true }).waitFor();
    expect((await running.verify()).failures).toEqual([]);
    await page.locator(`tr[data-database="${name}"]`).getByRole('button', { name }).click();
    await page.getByText('Verdict').first().waitFor();
    await picture(page, 'explain');
  });

  it('restores a database after its name was typed, and every copy has the right bytes', async () => {
    const database = running.status().databases.find(({ kind }) => kind === 'dag');
    if (!database) throw new Error('the lab has no database in the DAG');
    const { name } = database;
    await whenListed(name);
    await page.getByRole('link', { name: 'Restore' }).click();
    await choose(page, 'Databases', name);
    await page.getByRole('button', { name: 'Show what would happen' }).click();
    const confirmation = field(page, `Type ${name} to confirm that it is overwritten`);
    const start = page.getByRole('button', { name: 'Start the restore' });
    await confirmation.fill(`not ${name}`);
    expect(await start.isDisabled()).toBe(true);
    await confirmation.fill(name);
    await picture(page, 'restore', { fullPage: true });
    await start.click();
    await page.waitForURL(/\/runs\/[\w-]+$/);
    await page.locator('[data-step]').first().waitFor();
    await picture(page, 'restore-run');
    await page
      .getByRole('heading', { level: 1 })
      .getByText(/^completed/)
      .waitFor();
    const runId = page.url().split('/').at(-1) ?? '';
    const run = await running.client.run({ runId });
    expect({ status: run.status, reason: run.reason, kind: run.kind }).toMatchObject({
      status: 'completed',
      kind: 'restore',
    });
    expect(run.requestedBy).not.toBeNull();
    expect((await verifyCopies(running.directory, [name])).failures).toEqual([]);
  });

  it('gives a viewer nothing to start with, and refuses what a viewer asks of the API', async () => {
    await page.getByRole('link', { name: 'Tokens' }).click();
    await field(page, 'For whom').fill('the night shift');
    await page.getByRole('button', { name: 'Make a token' }).click();
    const token = (await page.getByRole('status').locator('pre').innerText()).trim();
    const context = await newContext(browser);
    const viewer = await context.newPage();
    await viewer.goto(origin);
    await picture(viewer, 'sign-in');
    await field(viewer, 'Token').fill(token);
    await viewer.getByRole('button', { name: 'Sign in' }).click();
    await viewer.locator('[data-status="Mounted"]').first().waitFor();
    const links = await viewer.getByRole('navigation').getByRole('link').allInnerTexts();
    expect(links.map((text) => text.trim())).toEqual(['Overview', 'History', 'Backups', 'Alarms', 'Limits']);
    const before = (await running.client.runs()).length;
    for (const [path, data] of [
      ['/api/backups', {}],
      ['/api/restores', { databases: ['X'] }],
      ['/api/restores/preflight', { databases: ['X'] }],
      ['/api/plans', { request: {} }],
      ['/api/limits', { changes: [{ scope: 'member', value: 1 }] }],
      ['/api/members/ex01/drain', { reason: 'x' }],
      ['/api/members/ex01/resume', {}],
      ['/api/tokens', { name: 'x', role: 'administrator', expiresInMs: 60_000 }],
    ] as const) {
      const answer = await context.request.post(`${origin}${path}`, {
        data,
        headers: { authorization: `Bearer ${token}`, 'idempotency-key': 'a-viewer-asks' },
      });
      expect([path, answer.status()]).toEqual([path, 403]);
    }
    expect(await running.client.runs()).toHaveLength(before);
    for (const path of ['/backup', '/restore', '/tokens', '/audit']) {
      await viewer.goto(`${origin}${path}`);
      await viewer.getByRole('heading', { name: 'Not for this token' }).waitFor();
      expect(await viewer.getByRole('button', { name: /^(Start the|Show what would|Make a token)/ }).count()).toBe(0);
    }
    await context.close();
  });

  it('has no page with a serious problem for people who see or move differently, light or dark', async () => {
    const backup = (await running.client.runs()).find(({ kind }) => kind !== 'restore');
    const runPath = `/runs/${backup?.runId}`;
    const problems: string[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      const context = await newContext(browser, {
        colorScheme,
        bypassCSP: true,
        storageState: await person.storageState(),
      });
      const each = await context.newPage();
      for (const path of [
        '/',
        runPath,
        '/backup',
        '/restore',
        '/runs',
        '/backups',
        '/alarms',
        '/limits',
        '/audit',
        '/tokens',
      ]) {
        await each.goto(`${origin}${path}`);
        await each.getByRole('heading', { level: 1 }).waitFor();
        if (path === '/') await each.locator('[data-status="Mounted"]').first().waitFor();
        if (path === '/alarms') await each.getByText(/looks found nothing wrong/).waitFor();
        if (path === '/audit') await each.getByText('restore.request').first().waitFor();
        problems.push(...(await graveProblems(each)).map((text) => `${colorScheme} ${text}`));
        if (colorScheme === 'light' && ['/runs', '/audit', '/backups', '/limits', '/alarms'].includes(path))
          await picture(each, path.slice(1));
        if (colorScheme === 'dark' && path === runPath) await picture(each, 'run-dark');
      }
      await context.close();
      const stranger = await newContext(browser, { colorScheme, bypassCSP: true });
      const door = await stranger.newPage();
      await door.goto(origin);
      await door.getByRole('heading', { level: 1 }).waitFor();
      problems.push(...(await graveProblems(door)).map((text) => `${colorScheme} sign-in ${text}`));
      await stranger.close();
    }
    expect(problems).toEqual([]);
  });

  it('fits on a phone: nothing but the tables themselves is wider than the screen', async () => {
    await page.setViewportSize(PHONE);
    for (const path of ['/', '/runs', '/backups', '/alarms', '/limits']) {
      await page.goto(`${origin}${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      if (path === '/') {
        await page.locator('[data-status="Mounted"]').first().waitFor();
        await picture(page, 'phone');
      }
      expect([path, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([path, PHONE.width]);
    }
    await page.setViewportSize(DESKTOP);
  });

  it('ran without an error in the browser', () => {
    // Before anybody is signed in the page asks who is, and the browser reports the answer, 401, as an error.
    expect(complaints.filter((text) => !text.includes('401'))).toEqual([]);
  });
});
