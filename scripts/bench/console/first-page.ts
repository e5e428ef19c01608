import { chromium, type Browser } from 'playwright-core';

const VIEWPORT = { width: 1280, height: 800 } as const;

export interface Visit {
  /** What was sent for the page itself: document, scripts and styles, with their headers. */
  readonly sentBytes: number;
  /** From the navigation to the matrix standing there. */
  readonly shownMs: number;
  /** From the navigation to the matrix having answered to what was typed into its filter. */
  readonly interactiveMs: number;
}

/** Visits the overview with a new browser, each time with an empty cache. */
export async function visitOverview(
  executablePath: string,
  { url, token }: { readonly url: string; readonly token: string },
  visits: number,
): Promise<readonly Visit[]> {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  try {
    const made: Visit[] = [];
    for (let visit = 0; visit < visits; visit += 1) made.push(await oneVisit(browser, url, token));
    return made;
  } finally {
    await browser.close();
  }
}

async function oneVisit(browser: Browser, url: string, token: string): Promise<Visit> {
  const context = await browser.newContext({ viewport: VIEWPORT });
  try {
    await context.request.post(`${url}/api/session`, { data: { token } });
    const page = await context.newPage();
    const startMs = performance.now();
    await page.goto(url);
    await page.locator('[data-database="MBX001"]').waitFor();
    const shownMs = Math.round(performance.now() - startMs);
    await page.getByLabel('Database', { exact: true }).and(page.locator('input')).fill('400');
    await page.locator('[data-database="MBX400"]').waitFor();
    const interactiveMs = Math.round(performance.now() - startMs);
    const sentBytes = Number(
      await page.evaluate(
        `performance.getEntries().filter(({ name, entryType }) => entryType === 'navigation' || name.includes('/assets/'))
          .reduce((sum, { transferSize }) => sum + transferSize, 0)`,
      ),
    );
    return { sentBytes, shownMs, interactiveMs };
  } finally {
    await context.close();
  }
}
