import type { Failure } from '../../core/failure.ts';

/** A page that a person sees in the browser when the sign-in comes back. It holds no secret and no script. */
export interface Page {
  /** HTTP status. */
  readonly status: number;
  readonly good: boolean;
  readonly title: string;
  readonly text: readonly string[];
}

const goBack = 'You can close this window and go back to the terminal.';

export const pages = {
  signedIn: (name: string | undefined): Page => ({
    status: 200,
    good: true,
    title: 'You are signed in',
    text: [
      name === undefined ? 'The sign-in worked.' : `Signed in as ${name}.`,
      `${goBack} It shows what happens next.`,
    ],
  }),
  declined: (): Page => ({
    status: 403,
    good: false,
    title: 'You declined',
    text: ['The sign-in or the consent was declined, so nothing was stored and nothing was changed.', goBack],
  }),
  stateMismatch: (): Page => ({
    status: 400,
    good: false,
    title: 'This is not the sign-in that was started',
    text: [
      'The answer does not belong to this sign-in, so it was not used. This happens with an old window. If you did not start a sign-in, somebody may have tried to make you finish theirs.',
      `${goBack} The sign-in that was started there still waits for its own answer.`,
    ],
  }),
  used: (): Page => ({
    status: 409,
    good: false,
    title: 'This sign-in was answered already',
    text: ['Only the first answer counts. This one was not used, and it changed nothing.', goBack],
  }),
  failed: (failure: Failure): Page => ({
    status: 400,
    good: false,
    title: 'The sign-in did not work',
    text: [`${failure.what}: ${failure.why}.`, ...(failure.hint ? [failure.hint] : []), goBack],
  }),
  nothingHere: (): Page => ({
    status: 404,
    good: false,
    title: 'There is nothing to see here',
    text: [
      'This address only waits for the answer of a sign-in. Go back to the page where you sign in, or to the terminal.',
    ],
  }),
} as const;

/** The style of every page. The server's policy allows this style, by its hash, and nothing else. */
export const pageStyle =
  ':root{color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif}body{margin:0;display:grid;min-height:100vh;place-items:center}main{max-width:34rem;padding:2rem}h1{font-size:1.5rem;font-weight:600}h1::before{content:"✗ ";color:#c4314b}h1.good::before{content:"✓ ";color:#237b4b}';

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/gu, (character) => `&#${character.charCodeAt(0)};`);
}

export function renderPage({ good, title, text }: Page): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>${pageStyle}</style>
<main>
<h1${good ? ' class="good"' : ''}>${escapeHtml(title)}</h1>
${text.map((line) => `<p>${escapeHtml(line)}</p>`).join('\n')}
</main>
</html>
`;
}
