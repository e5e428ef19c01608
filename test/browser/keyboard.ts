import type { Page } from 'playwright-core';

/** More than any page has to tab through. */
const TABS_MAX = 200;

/** Everything on the page that does something: what Tab must lead to, or the arrows within a group that Tab leads to. */
const WORKING = `(() => {
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.disabled && element.closest('[inert]') === null;
  const nameOf = (element) => (element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? element.textContent ?? '').trim().slice(0, 60);
  window.describeWorking = (element) => element.dataset.cell ? 'cell ' + element.dataset.cell : element.dataset.bar ? 'bar ' + element.dataset.bar
    : (element.getAttribute('role') ?? element.tagName.toLowerCase()) + ' ' + nameOf(element);
  return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [role=tab], [role=slider], [data-cell], [data-bar]')]
    .filter(isShown)
    // The arrow that opens a list belongs to its field, and Mantine's steps of a number to the arrows of the field.
    .filter((element) => !element.closest('[tabindex="-1"]:not([role=tab]):not([data-cell]):not([data-bar])') || element.matches('[data-cell],[data-bar],[role=tab]'))
    .map(window.describeWorking);
})()`;

/** How each part looks, with the frame that a field has around it, while the keys are elsewhere. */
const REMEMBER_LOOKS = `(() => {
  window.looksOf = (element) => {
    const around = [element];
    for (let part = element; around.length < 4 && part.parentElement; part = part.parentElement) around.push(part.parentElement);
    return around.map((part) => {
      const { outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor, backgroundColor } = getComputedStyle(part);
      return [outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor, backgroundColor].join();
    }).join();
  };
  document.activeElement?.blur();
  window.getSelection()?.removeAllRanges();
  window.looksBefore = new Map([...document.querySelectorAll('*')].map((element) => [element, window.looksOf(element)]));
})()`;

const FOCUSED = `(() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  return { name: window.describeWorking(element), isSeen: window.looksOf(element) !== window.looksBefore.get(element) };
})()`;

export interface Reached {
  /** In the order in which Tab leads there. */
  readonly names: readonly string[];
  /** Those that look the same with the keys on them. */
  readonly unseen: readonly string[];
}

export function workingParts(page: Page): Promise<readonly string[]> {
  return page.evaluate(WORKING);
}

/** Goes through a page by Tab from its beginning until it comes round. Call {@link workingParts} first. */
export async function tabThrough(page: Page): Promise<Reached> {
  const names: string[] = [];
  const unseen: string[] = [];
  // A mark that fades in would not be there yet when it is looked for.
  await page.addStyleTag({ content: '* { transition: none !important }' });
  await page.evaluate(REMEMBER_LOOKS);
  for (let tabs = 0; tabs < TABS_MAX; tabs += 1) {
    await page.keyboard.press('Tab');
    const focused: { readonly name: string; readonly isSeen: boolean } | null = await page.evaluate(FOCUSED);
    if (focused === null || (focused.name === names[0] && names.length > 1)) break;
    names.push(focused.name);
    if (!focused.isSeen) unseen.push(focused.name);
  }
  return { names, unseen };
}
