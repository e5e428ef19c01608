/** What of a Markdown page can be held against the project: enough for our own pages, and no more. */
export interface Page {
  readonly path: string;
  readonly links: readonly Located[];
  /** What `#…` may name in this page. */
  readonly anchors: ReadonlySet<string>;
  /** Code within a sentence or a table cell. */
  readonly spans: readonly Located[];
  /** The lines of fenced blocks. */
  readonly lines: readonly CodeLine[];
  /** The rows of tables, without their headers. */
  readonly rows: readonly Row[];
}

export interface Located {
  readonly text: string;
  readonly line: number;
}

export interface CodeLine extends Located {
  readonly language: string;
}

export interface Row {
  /** What the table's header says above each cell. */
  readonly headers: readonly string[];
  readonly cells: readonly string[];
  /** The heading that the table stands under. */
  readonly under: string;
  readonly line: number;
}

const FENCE = /^\s*(?:```|~~~)\s*(\w*)/;
const HEADING = /^#{1,6}\s+(.*)$/;
const SPAN = /(?<!`)`([^`]+)`(?!`)/g;
const RULE = /^\|(?:\s*:?-+:?\s*\|)+\s*$/;
const LINK = /\]\(([^()\s]+)\)/g;

export function readPage(path: string, text: string): Page {
  const links: Located[] = [];
  const spans: Located[] = [];
  const lines: CodeLine[] = [];
  const headings: string[] = [];
  const rows: Row[] = [];
  let language: string | null = null;
  let headers: readonly string[] | null = null;
  for (const [index, content] of text.split('\n').entries()) {
    const line = index + 1;
    const fence = FENCE.exec(content);
    if (fence) {
      language = language === null ? (fence[1] ?? '') : null;
      continue;
    }
    if (language !== null) {
      lines.push({ text: content, line, language });
      continue;
    }
    const heading = HEADING.exec(content)?.[1];
    if (heading !== undefined) headings.push(heading);
    if (!content.startsWith('|')) headers = null;
    else if (headers === null) headers = cellsOf(content);
    else if (!RULE.test(content)) rows.push({ headers, cells: cellsOf(content), under: headings.at(-1) ?? '', line });
    spans.push(...codeIn(content).map((code) => ({ text: code, line })));
    for (const [, target = ''] of content.replaceAll(SPAN, '``').matchAll(LINK)) links.push({ text: target, line });
  }
  return { path, links, anchors: anchorsOf(headings), spans, lines, rows };
}

/** The code in a sentence or a cell; in a table a bar within code is written with a backslash. */
export function codeIn(text: string): readonly string[] {
  return [...text.matchAll(SPAN)].map(([, code = '']) => code.replaceAll('\\|', '|'));
}

function cellsOf(row: string): readonly string[] {
  return row
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());
}

/** As the viewers of Markdown make them: small letters, no punctuation, hyphens for spaces, and a number behind what is there already. */
function anchorsOf(headings: readonly string[]): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const heading of headings) {
    const slug = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(/\s/g, '-');
    let anchor = slug;
    for (let number = 1; anchors.has(anchor); number += 1) anchor = `${slug}-${number}`;
    anchors.add(anchor);
  }
  return anchors;
}
