import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'];
const GRAVE = ['serious', 'critical'];

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What axe finds that keeps people out, one line for each rule with the first places. The page's context must bypass its content policy. */
export async function graveProblems(page: Page): Promise<readonly string[]> {
  await page.addScriptTag({ content: AXE });
  const options = JSON.stringify({ runOnly: RULES, resultTypes: ['violations'] });
  const violations = (await page.evaluate(
    `axe.run(document, ${options}).then((results) => results.violations)`,
  )) as readonly Violation[];
  return violations
    .filter(({ impact }) => impact !== null && GRAVE.includes(impact))
    .map(({ id, help, nodes }) => {
      const places = nodes.slice(0, 3).map(({ html, failureSummary }) => `${html} (${failureSummary ?? ''})`);
      return `${new URL(page.url()).pathname}: ${id}: ${help}: ${places.join(' | ')}`;
    });
}
