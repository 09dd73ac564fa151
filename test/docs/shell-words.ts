/** One simple command of a script: its words, without what the shell itself takes (operators, redirections). */
export type Words = readonly string[];

/** Characters between a `$(` and its `)`, and where they end. */
function substitution(text: string, start: number): { readonly inner: string; readonly end: number } {
  let depth = 1;
  let at = start;
  for (; at < text.length && depth > 0; at++) {
    if (text[at] === '(') depth++;
    if (text[at] === ')') depth--;
  }
  return { inner: text.slice(start, at - 1), end: at };
}

/**
 * The simple commands of a script, those inside of `$(…)` too. Knows as much of the shell as the documentation uses:
 * quotes, escaped line ends, comments, `&&`, `||`, `|`, `;`, redirections to and from files, and assignments.
 */
export function commandsOf(script: string): Words[] {
  const text = script.replace(/\\\n\s*/gu, ' ');
  const commands: Words[] = [];
  let words: string[] = [];
  let word: string | undefined;
  let redirects = false;
  const endWord = (): void => {
    if (word !== undefined && !redirects) words.push(word);
    if (word !== undefined) redirects = false;
    word = undefined;
  };
  const endCommand = (): void => {
    endWord();
    while (/^[A-Z_][A-Z0-9_]*=/iu.test(words[0] ?? '')) words.shift();
    if (words.length > 0) commands.push(words);
    words = [];
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (text.startsWith('$(', at)) {
      const { inner, end } = substitution(text, at + 2);
      commands.push(...commandsOf(inner));
      word = `${word ?? ''}$()`;
      at = end - 1;
    } else if (character === "'") {
      const end = text.indexOf("'", at + 1);
      word = `${word ?? ''}${text.slice(at + 1, end)}`;
      at = end;
    } else if (character === '"') {
      let end = at + 1;
      while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
      const inner = text.slice(at + 1, end);
      for (const [, nested = ''] of inner.matchAll(/\$\(([^()]*)\)/gu)) commands.push(...commandsOf(nested));
      word = `${word ?? ''}${inner}`;
      at = end;
    } else if (character === '#' && word === undefined) {
      at = text.indexOf('\n', at);
      if (at < 0) break;
      endCommand();
    } else if (/[\n;|&]/u.test(character)) endCommand();
    else if (/[<>]/u.test(character)) {
      endWord();
      redirects = true;
    } else if (/\s/u.test(character)) endWord();
    else word = `${word ?? ''}${character}`;
  }
  endCommand();
  return commands;
}
