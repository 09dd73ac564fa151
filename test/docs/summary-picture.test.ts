import { expect, test } from '@jest/globals';
import { blocksOf, draw, rotationSummary, settle } from '../../tools/summary-picture.ts';
import { read } from './pages.ts';

test('the picture in the README shows a real summary', async () => {
  // If this fails, run: node tools/summary-picture.ts
  expect(draw(settle(await rotationSummary()))).toBe(read('docs/images/summary.svg'));
});

test('what the picture cannot show is refused, not left out', () => {
  expect(() => blocksOf('> a quotation')).toThrow(/show this Markdown/u);
});

test('text never becomes markup in the picture', () => {
  expect(draw('### &lt;script&gt; in a &amp; b')).toContain('&lt;script&gt; in a &amp; b');
});
