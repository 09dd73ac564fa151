// Draws docs/images/summary.svg: the job summary of a rotation of the shipped action on the sandbox, as GitHub shows
// it. Ids and days differ from run to run, so it replaces them by fixed ones: the same summary makes the same file.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  appToken,
  organizationName,
  publicClientId,
  runStep,
  startSandbox,
  tenantDomain,
  vaultName,
} from '../sandbox/index.ts';

const file = join(dirname(import.meta.dirname), 'docs/images/summary.svg');

/** Widths of characters in the drawing, in pixels: enough for each font that the picture names. GitHub's text is 14 px high. */
const characterWidth = 7.8;
const monospaceWidth = 7.3;
const cellPadding = 13;
const rowHeight = 37;

interface Cell {
  readonly text: string;
  readonly code: boolean;
}

/** The parts of a summary that this program writes: a heading, tables, paragraphs. */
type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'table'; readonly rows: readonly (readonly Cell[])[] }
  | { readonly kind: 'paragraph'; readonly parts: readonly Cell[] };

/** The summary of a rotation with two destinations, as the runner shows it. */
export async function rotationSummary(): Promise<string> {
  const sandbox = await startSandbox();
  try {
    sandbox.azureDevOps.addPat({ displayName: 'nuget-publish', scope: 'vso.packaging_write' });
    const result = await runStep(sandbox, {
      inputs: {
        operation: 'rotate',
        organization: organizationName,
        'tenant-id': tenantDomain,
        'client-id': publicClientId,
        'refresh-token': sandbox.entra.issueRefreshToken({ clientId: publicClientId }),
        'display-name': 'nuget-publish',
        'valid-for': '30d',
        'previous-token': '24h',
        'token-destinations': `github-secret:NUGET_PAT\nazure-key-vault:${vaultName}/nuget-pat`,
        'refresh-token-destinations': 'github-secret:ADO_REFRESH_TOKEN',
        'github-token': appToken,
      },
    });
    if (result.exitCode !== 0) throw new Error(result.log);
    return result.summary;
  } finally {
    await sandbox.close();
  }
}

/** Replaces the values that differ from run to run by fixed ones. */
export function settle(summary: string): string {
  const ids: string[] = [];
  return summary
    .replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/giu, (id) => {
      if (!ids.includes(id)) ids.push(id);
      const digit = (ids.indexOf(id) + 1).toString();
      return ['6f1c2a7', 'b0d', '4e5', '9a3', '71c8e2d5f40'].map((part) => part + digit).join('-');
    })
    .replace(/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z/gu, '2026-03-30T03:17:09.420Z');
}

function plainText(text: string): string {
  return text
    .replace(/&#(\d+);/gu, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

function partsOf(text: string): Cell[] {
  return text
    .split(/(`[^`]*`)/u)
    .filter((part) => part !== '')
    .map((part) =>
      part.startsWith('`') ? { text: part.slice(1, -1), code: true } : { text: plainText(part), code: false },
    );
}

function cellOf(text: string): Cell {
  return partsOf(text.trim())[0] ?? { text: '', code: false };
}

/** Reads the Markdown of a summary. @throws Error for any other Markdown, which the picture would lack */
export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  for (const chunk of markdown.trim().split(/\n{2,}/u)) {
    const lines = chunk.trim().split('\n');
    const [first = ''] = lines;
    if (first.startsWith('### ')) blocks.push({ kind: 'heading', text: plainText(first.slice(4)) });
    else if (first.startsWith('| ')) {
      const [head = '', , ...body] = lines;
      const rows = [head, ...body].map((line) => line.slice(1, -1).split(' | ').map(cellOf));
      blocks.push({ kind: 'table', rows });
    } else if (/^[^#>*|-]/u.test(first)) blocks.push({ kind: 'paragraph', parts: partsOf(lines.join(' ')) });
    else throw new Error(`The picture can't show this Markdown: ${first}`);
  }
  return blocks;
}

function markup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function widthOf({ text, code }: Cell, bold = false): number {
  const length = [...text].length;
  return code ? length * monospaceWidth + 12 : length * characterWidth * (bold ? 1.06 : 1);
}

interface Drawing {
  readonly lines: string[];
  width: number;
  y: number;
}

function drawCode(cell: Cell, x: number, middle: number, lines: string[]): void {
  const width = widthOf(cell);
  lines.push(`<rect class="code" x="${x}" y="${middle - 11}" width="${width.toFixed(1)}" height="22" rx="6"/>`);
  lines.push(`<text class="mono" x="${(x + 6).toFixed(1)}" y="${middle + 4}">${markup(cell.text)}</text>`);
}

function drawTable(rows: readonly (readonly Cell[])[], drawing: Drawing): void {
  const columns = (rows[0] ?? []).map((_, column) =>
    Math.ceil(Math.max(...rows.map((row, index) => widthOf(row[column] ?? { text: '', code: false }, index === 0)))),
  );
  const left = 24;
  const width = columns.reduce((sum, column) => sum + column + 2 * cellPadding, 0);
  for (const [index, row] of rows.entries()) {
    const top = drawing.y + index * rowHeight;
    const shade = index > 0 && index % 2 === 0 ? 'shaded' : 'plain';
    drawing.lines.push(`<rect class="${shade}" x="${left}" y="${top}" width="${width}" height="${rowHeight}"/>`);
    let x = left;
    for (const [column, cell] of row.entries()) {
      const own = (columns[column] ?? 0) + 2 * cellPadding;
      const middle = top + rowHeight / 2 + 1;
      drawing.lines.push(`<path class="line" d="M${x} ${top}h${own}v${rowHeight}h-${own}z"/>`);
      if (cell.code) drawCode(cell, x + cellPadding, middle, drawing.lines);
      else if (index === 0) {
        const center = (x + own / 2).toFixed(1);
        drawing.lines.push(
          `<text class="bold" x="${center}" y="${middle + 4}" text-anchor="middle">${markup(cell.text)}</text>`,
        );
      } else drawing.lines.push(`<text x="${x + cellPadding}" y="${middle + 4}">${markup(cell.text)}</text>`);
      x += own;
    }
  }
  drawing.y += rows.length * rowHeight + 22;
  drawing.width = Math.max(drawing.width, left + width + 24);
}

function drawParagraph(parts: readonly Cell[], drawing: Drawing): void {
  let x = 24;
  const middle = drawing.y + 10;
  for (const part of parts) {
    if (part.code) drawCode(part, x, middle, drawing.lines);
    else
      drawing.lines.push(
        `<text x="${x.toFixed(1)}" y="${middle + 4}" xml:space="preserve">${markup(part.text)}</text>`,
      );
    x += widthOf(part);
  }
  drawing.y += 36;
  drawing.width = Math.max(drawing.width, x + 24);
}

/** The picture of a summary, in the colors of GitHub's light and dark themes. */
export function draw(markdown: string): string {
  const drawing: Drawing = { lines: [], width: 640, y: 24 };
  for (const block of blocksOf(markdown)) {
    if (block.kind === 'heading') {
      drawing.lines.push(`<text class="heading" x="24" y="${drawing.y + 18}">${markup(block.text)}</text>`);
      drawing.y += 42;
    } else if (block.kind === 'table') drawTable(block.rows, drawing);
    else drawParagraph(block.parts, drawing);
  }
  const width = Math.ceil(drawing.width);
  const height = Math.ceil(drawing.y);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="The job summary of a rotation">
<style>
text { font: 14px -apple-system, BlinkMacSystemFont, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; fill: #1f2328 }
.bold { font-weight: 600 }
.heading { font-size: 20px; font-weight: 600 }
.mono { font: 12px ui-monospace, SFMono-Regular, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace }
.page, .plain { fill: #fff }
.shaded { fill: #f6f8fa }
.code { fill: #818b981f }
.line { fill: none; stroke: #d1d9e0 }
@media (prefers-color-scheme: dark) {
text { fill: #f0f6fc }
.page, .plain { fill: #0d1117 }
.shaded { fill: #151b23 }
.code { fill: #656c7633 }
.line { stroke: #3d444d }
}
</style>
<rect class="page" width="${width}" height="${height}" rx="6"/>
${drawing.lines.join('\n')}
</svg>
`;
}

if (import.meta.main) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, draw(settle(await rotationSummary())));
}
