import { existsSync, statSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { pages, prose, read, root } from './pages.ts';

interface Link {
  readonly target: string;
  readonly line: number;
}

/** Targets of `[text](target)`, `![text](target)`, `[name]: target` and `<a href>`, `<img src>`. */
function linksOf(page: string): Link[] {
  const text = prose(page);
  const forms = [
    /\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/gu,
    /^\[[^\]]+\]:\s*<?([^\s>]+)>?/gmu,
    /\b(?:href|src)="([^"]+)"/gu,
  ];
  return forms.flatMap((form) =>
    [...text.matchAll(form)].map((match) => ({
      target: match[1] ?? '',
      line: text.slice(0, match.index).split('\n').length,
    })),
  );
}

/** Anchors of a page, as GitHub makes them of its headings, doubled ones numbered. */
function anchorsOf(page: string): Set<string> {
  const counts = new Map<string, number>();
  const anchors = new Set<string>();
  let fenced = false;
  for (const line of read(page).split('\n')) {
    if (/^\s*(```|~~~)/u.test(line)) fenced = !fenced;
    const heading = fenced ? undefined : /^#{1,6}\s+(.+?)\s*#*$/u.exec(line)?.[1];
    for (const [, id] of line.matchAll(/\b(?:id|name)="([^"]+)"/gu)) anchors.add(id ?? '');
    if (heading === undefined) continue;
    const text = heading.replace(/!?\[([^\]]*)\]\([^)]*\)/gu, '$1').replace(/[`*]|<[^>]+>/gu, '');
    const slug = text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}\p{Pc} -]/gu, '')
      .replaceAll(' ', '-');
    const count = counts.get(slug) ?? 0;
    counts.set(slug, count + 1);
    anchors.add(count === 0 ? slug : `${slug}-${count}`);
  }
  return anchors;
}

function isForeign(target: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/iu.test(target);
}

/** What is wrong with a link; undefined if nothing is. */
function problemOf(page: string, { target, line }: Link): string | undefined {
  const place = `${page}:${line}: ${target}`;
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : normalize(join(dirname(page), decodeURIComponent(path))).replaceAll(sep, '/');
  if (file.startsWith('..')) return `${place} leaves the repository`;
  if (!existsSync(join(root, file))) return `${place} does not exist`;
  if (anchor === undefined || statSync(join(root, file)).isDirectory()) return undefined;
  if (!file.endsWith('.md')) return `${place} has an anchor, but is no page`;
  return anchorsOf(file).has(decodeURIComponent(anchor)) ? undefined : `${place} has no such heading`;
}

describe('links of the documentation', () => {
  test.each(pages)('%s: files and headings exist', (page) => {
    const own = linksOf(page).filter(({ target }) => !isForeign(target));
    expect(own.map((link) => problemOf(page, link)).filter(Boolean)).toEqual([]);
  });

  test.each(pages)('%s: other sites are linked by https', (page) => {
    const external = linksOf(page).filter(({ target }) => isForeign(target) && !target.startsWith('mailto:'));
    expect(external.filter(({ target }) => !target.startsWith('https://'))).toEqual([]);
  });

  test('the checks find links, anchors and repeated headings', () => {
    expect(pages).toContain('README.md');
    expect(linksOf('README.md').length).toBeGreaterThan(5);
    expect(anchorsOf('docs/errors.md')).toContain('aadsts70043');
    expect(anchorsOf('README.md')).toContain('see-it-work');
    expect(problemOf('README.md', { target: 'docs/nowhere.md', line: 1 })).toMatch(/does not exist/u);
    expect(problemOf('README.md', { target: 'docs/errors.md#nothing', line: 1 })).toMatch(/no such heading/u);
    expect(problemOf('README.md', { target: '#inputs', line: 1 })).toBeUndefined();
  });
});
