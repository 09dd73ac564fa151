import { Failure } from '../../core/failure.ts';

/** @throws Failure `invalid-input` if the text is not an https address */
export function httpsAddress(text: string, what: string): URL {
  const url = URL.parse(text);
  if (url?.protocol === 'https:') return url;
  throw new Failure('invalid-input', {
    what,
    why: `${url === null ? 'the address of the service' : url.origin} is not an https address, and secrets are sent only over https`,
    hint: 'The address comes from the environment variables of this run: check those that name a server.',
  });
}
