import type { Locator, Page } from 'playwright-core';

/** The field with this label, marked as required or not, and not the list that opens under it, which bears the same. */
export function field(page: Page, label: string): Locator {
  return page.getByLabel(new RegExp(`^${label}( \\*)?$`)).and(page.locator('input'));
}

/** Chooses in a select, and closes it. */
export async function choose(page: Page, label: string, option: string): Promise<void> {
  await field(page, label).click();
  await page.getByRole('option', { name: option, exact: true }).click();
  await page.keyboard.press('Escape');
}
