import { expect, test } from '@jest/globals';
import { Redactor } from '../../../src/adapters/redaction/redactor.ts';
import { Secret } from '../../../src/core/secret.ts';
import { repeatingHttp } from '../repeating-http.ts';
import { quietHttp } from './quiet-http.ts';
import { answerOf } from './scripted-http.ts';

const secret = 'Q7x2Lm9Rt4Kp8Wz3Vn6Bc1Yh5Jd0Fg';

test.each([200, 204, 302, 401, 503])('with status %d no header of an answer keeps a known secret', async (status) => {
  const redactor = new Redactor();
  redactor.add(new Secret(secret));
  const headers = {
    'www-authenticate': `Bearer error="${secret}"`,
    location: `https://example.com/?token=${encodeURIComponent(secret)}`,
    // If the text were cut or decoded first, the rest of the secret would not be found any more.
    'x-tfs-serviceerror': `a ${Buffer.from(secret).toString('base64url')} b`,
    activityid: '5e1a2b3c-0000-4111-8222-0123456789ab',
  };
  const http = repeatingHttp(
    answerOf('', status, headers),
    () => undefined,
    (text) => redactor.redact(text),
  );
  const answer = await http.send({ method: 'GET', url: 'https://example.com/', what: 'Asking', idempotent: true });
  expect(answer.headers).toEqual({
    'www-authenticate': 'Bearer error="***"',
    location: 'https://example.com/?token=***',
    'x-tfs-serviceerror': 'a *** b',
    activityid: '5e1a2b3c-0000-4111-8222-0123456789ab',
  });
});

test('a text that would take seconds to search is not quoted at all', () => {
  const http = quietHttp({ redact: (text) => text.replaceAll('secret', '***') });
  expect(http.redact('a secret')).toBe('a ***');
  expect(http.redact('secret '.repeat(150_000))).toBe('');
});
