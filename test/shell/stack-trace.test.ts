import { expect, test } from '@jest/globals';
import { Redactor } from '../../src/adapters/redaction/redactor.ts';
import { toFailure } from '../../src/core/failure.ts';
import { Secret } from '../../src/core/secret.ts';
import { stackTraceLines } from '../../src/shell/stack-trace.ts';

test('a secret that is spread over several lines of an error is in no line of its stack', () => {
  const secret = 'Q7x2Lm9Rt4Kp8Wz3Vn6Bc1Yh5Jd0Fg';
  const redactor = new Redactor();
  redactor.add(new Secret(secret));
  const folded = secret.replace(/.{12}/gu, '$&\n  ');
  const lines = stackTraceLines(toFailure(new Error(`no answer to ${folded} came`), 'Listing'), (text) =>
    redactor.redact(text),
  );
  expect(lines.join('\n')).toMatch(/^Failure: Listing: .*no answer to \*\*\* came.*\n\s+at /u);
  for (const piece of folded.split(/\s+/u)) expect(lines.join('\n')).not.toContain(piece);
});
