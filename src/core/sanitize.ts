/** Longest quotation, in UTF-16 units. */
const limit = 200;

/**
 * Nothing that people write to be read is this long without a break, but tokens are: the shortest PAT has 52
 * characters (https://learn.microsoft.com/azure/devops/release-notes/2024/sprint-241-update), JWTs and refresh tokens
 * far more. A service that repeats what it was sent must not carry a token into a log.
 */
const tokenLike = /[A-Za-z0-9_~+=-]{52,}/gu;

/**
 * Any text as one harmless line: white space collapses, control characters become spaces, invisible ones (bidi
 * overrides among them) vanish, and no part of it is a command to a runner. GitHub's runner takes `::` at the start of
 * a line and `##[` anywhere (https://github.com/actions/runner, `ActionCommand.cs`), that of Azure Pipelines `##vso[`.
 */
export function toSafeLine(text: string): string {
  return text
    .replace(/[\p{Cf}\p{Cs}]/gu, '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .replace(/^::/u, ': :')
    .replace(/##(?=(?:vso)?\[)/giu, '## ');
}

/** `text`, at most `length` UTF-16 units of it; what was cut off is shown as `…`. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  // A pair of surrogates is kept whole or not at all.
  const cut = text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '');
  return `${cut.trimEnd()}…`;
}

/**
 * The only way in which foreign text (of a service, of a user) comes into a message: one line of at most so many
 * characters that can neither command a runner nor show a token. The quotation marks are the caller's.
 * @param length in UTF-16 units; twenty times as much is all that is looked at, for an answer can be megabytes of HTML
 */
export function quoteForeign(text: string, length = limit): string {
  return shorten(toSafeLine(text.slice(0, 20 * length)).replace(tokenLike, '***'), length);
}
