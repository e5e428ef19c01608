import { chromium } from 'playwright-core';

const VISITS = 5;
const VIEWPORT = { width: 1280, height: 800 } as const;

export interface FirstPage {
  /** What the first visit sent for the page itself: document, scripts and styles, with their headers. */
  readonly sentBytes: number;
  /** For each visit with an empty cache, from the navigation to the matrix having answered to a letter typed into its filter. */
  readonly interactiveMs: readonly number[];
}

/** Opens the overview in a browser with an empty cache, a few times. */
export async function measureFirstPage(
  executablePath: string,
  { url, token }: { readonly url: string; readonly token: string },
): Promise<FirstPage> {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  try {
    const interactiveMs: number[] = [];
    let sentBytes = 0;
    for (let visit = 0; visit < VISITS; visit += 1) {
      const context = await browser.newContext({ viewport: VIEWPORT });
      await context.request.post(`${url}/api/session`, { data: { token } });
      const page = await context.newPage();
      const startMs = performance.now();
      await page.goto(url);
      await page.locator('[data-database="MBX001"]').waitFor();
      await page.getByLabel('Database', { exact: true }).and(page.locator('input')).fill('400');
      await page.locator('[data-database="MBX400"]').waitFor();
      interactiveMs.push(Math.round(performance.now() - startMs));
      if (visit === 0) {
        sentBytes = Number(
          await page.evaluate(
            `performance.getEntries().filter(({ name, entryType }) => entryType === 'navigation' || name.includes('/assets/'))
              .reduce((sum, { transferSize }) => sum + transferSize, 0)`,
          ),
        );
      }
      await context.close();
    }
    return { sentBytes, interactiveMs };
  } finally {
    await browser.close();
  }
}
