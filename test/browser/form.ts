import type { Locator, Page } from 'playwright-core';

/** The field with this label, marked as required or not, and not the list that opens under it, which bears the same. */
export function field(page: Page, label: string): Locator {
  return page.getByLabel(new RegExp(`^${label}( \\*)?$`)).and(page.locator('input'));
}

/**
 * Chooses in a select, and closes it. The field is in sight before it is clicked, as it is for a person: a list that opens in the very moment
 * in which the page scrolls is taken for one whose field is out of sight, and is not shown.
 */
export async function choose(page: Page, label: string, option: string): Promise<void> {
  const select = field(page, label);
  await select.scrollIntoViewIfNeeded();
  await page.evaluate('new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)))');
  await select.click();
  await page.getByRole('option', { name: option, exact: true }).click();
  await page.keyboard.press('Escape');
}
