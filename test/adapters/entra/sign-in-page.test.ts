import { expect, test } from '@jest/globals';
import { type Page, pageStyle, pages, renderPage } from '../../../src/adapters/entra/sign-in-page.ts';
import { Failure } from '../../../src/core/failure.ts';

const close = 'You can close this window and go back to the terminal.';
const failure = new Failure('timeout', { what: 'Signing in', why: 'it took too long', hint: 'Run again.' });

test.each<[string, Page, Page]>([
  [
    'signed in',
    pages.signedIn('ci@contoso.com'),
    {
      status: 200,
      good: true,
      title: 'You are signed in',
      text: ['Signed in as ci@contoso.com.', `${close} It shows what happens next.`],
    },
  ],
  [
    'signed in as somebody',
    pages.signedIn(undefined),
    {
      status: 200,
      good: true,
      title: 'You are signed in',
      text: ['The sign-in worked.', `${close} It shows what happens next.`],
    },
  ],
  [
    'declined',
    pages.declined(),
    {
      status: 403,
      good: false,
      title: 'You declined',
      text: ['The sign-in or the consent was declined, so nothing was stored and nothing was changed.', close],
    },
  ],
  [
    'stateMismatch',
    pages.stateMismatch(),
    {
      status: 400,
      good: false,
      title: 'This is not the sign-in that was started',
      text: [
        'The answer does not belong to this sign-in, so it was not used. This happens with an old window. If you did not start a sign-in, somebody may have tried to make you finish theirs.',
        `${close} The sign-in that was started there still waits for its own answer.`,
      ],
    },
  ],
  [
    'used',
    pages.used(),
    {
      status: 409,
      good: false,
      title: 'This sign-in was answered already',
      text: ['Only the first answer counts. This one was not used, and it changed nothing.', close],
    },
  ],
  [
    'failed',
    pages.failed(failure),
    {
      status: 400,
      good: false,
      title: 'The sign-in did not work',
      text: ['Signing in: it took too long.', 'Run again.', close],
    },
  ],
  [
    'failed without advice',
    pages.failed(failure.with({ hint: '' })),
    {
      status: 400,
      good: false,
      title: 'The sign-in did not work',
      text: ['Signing in: it took too long.', close],
    },
  ],
  [
    'nothing here',
    pages.nothingHere(),
    {
      status: 404,
      good: false,
      title: 'There is nothing to see here',
      text: [
        'This address only waits for the answer of a sign-in. Go back to the page where you sign in, or to the terminal.',
      ],
    },
  ],
])('%s', (_what, page, meant) => {
  expect(page).toEqual(meant);
});

test('a page is complete HTML, and shows markup as text', () => {
  const page = { status: 200, good: true, title: '<b> & "c"', text: ["it's", 'two > one'] };
  const lines = renderPage(page).split('\n');
  expect(lines).toEqual([
    '<!doctype html>',
    '<html lang="en">',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width">',
    '<title>&#60;b&#62; &#38; &#34;c&#34;</title>',
    `<style>${pageStyle}</style>`,
    '<main>',
    '<h1 class="good">&#60;b&#62; &#38; &#34;c&#34;</h1>',
    '<p>it&#39;s</p>',
    '<p>two &#62; one</p>',
    '</main>',
    '</html>',
    '',
  ]);
  expect(renderPage({ ...page, good: false })).toContain('\n<h1>&#60;b');
});

test('the style shows success and failure by a sign and by a color, and fits a dark screen', () => {
  expect(pageStyle).toContain('h1::before{content:"✗ "');
  expect(pageStyle).toContain('h1.good::before{content:"✓ "');
  expect(pageStyle).toContain('color-scheme:light dark');
});
