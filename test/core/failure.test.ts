import { describe, expect, test } from '@jest/globals';
import { Failure, invalidInputs, toFailure } from '../../src/core/failure.ts';

const what = 'Storing the PAT';

/** Everything that a Failure says. */
function facts(failure: Failure): Record<string, unknown> {
  const { name, code, message, why, hint, retryable, mayHaveActed, cause } = failure;
  return { name, code, message, what: failure.what, why, hint, retryable, mayHaveActed, cause };
}

describe('a Failure', () => {
  test('says what failed, why, and what to do', () => {
    const cause = new Error('reset');
    const hint = 'Run again.';
    const failure = new Failure('network', {
      what,
      why: 'the line broke',
      hint,
      retryable: true,
      mayHaveActed: true,
      cause,
    });
    expect(facts(failure)).toEqual({
      name: 'Failure',
      code: 'network',
      message: 'Storing the PAT: the line broke. Run again.',
      what,
      why: 'the line broke',
      hint,
      retryable: true,
      mayHaveActed: true,
      cause,
    });
  });

  test('is not retried, and did not act, unless it says so', () => {
    expect(facts(new Failure('forbidden', { what, why: 'no' }))).toEqual({
      name: 'Failure',
      code: 'forbidden',
      message: 'Storing the PAT: no.',
      what,
      why: 'no',
      hint: undefined,
      retryable: false,
      mayHaveActed: false,
      cause: undefined,
    });
  });

  test.each([
    ['no', 'no'],
    ['no.', 'no'],
    ['no...', 'no'],
    ['no. \n', 'no'],
    ['v1.2 is gone', 'v1.2 is gone'],
  ])('%j ends with one full stop', (why, reported) => {
    expect(new Failure('forbidden', { what, why, hint: 'Ask.' }).message).toBe(`Storing the PAT: ${reported}. Ask.`);
  });
});

describe('with', () => {
  const full = {
    what,
    why: 'the line broke',
    hint: 'Run again.',
    retryable: true,
    mayHaveActed: true,
    cause: 'reset',
  };

  test('keeps what was not changed', () => {
    const failure = new Failure('network', full);
    expect(facts(failure.with({}))).toEqual(facts(failure));
    const bare = new Failure('network', { what, why: 'the line broke' });
    expect(facts(bare.with({}))).toEqual(facts(bare));
  });

  test.each([
    { code: 'timeout' as const },
    { what: 'Reading the PAT' },
    { why: 'nobody answered' },
    { hint: 'Wait.' },
    { retryable: false },
    { mayHaveActed: false },
    { cause: 'other' },
  ])('changes %j and nothing else', (change) => {
    const { code, ...details } = { code: 'network' as const, ...full, ...change };
    expect(facts(new Failure('network', full).with(change))).toEqual(facts(new Failure(code, details)));
  });

  test('adds what was missing', () => {
    expect(facts(new Failure('network', { what, why: 'the line broke' }).with(full))).toEqual(
      facts(new Failure('network', full)),
    );
  });

  test('and other advice replaces the advice that it has, and nothing else', () => {
    const failure = new Failure('network', full);
    expect(facts(failure.withOnlyAdvice('Wait.', false, 'Look.'))).toEqual(
      facts(failure.with({ hint: 'Wait. Look.' })),
    );
    const { hint: _hint, ...withoutHint } = full;
    expect(facts(failure.withOnlyAdvice(undefined))).toEqual(facts(new Failure('network', withoutHint)));
  });
});

describe('toFailure', () => {
  test('leaves a Failure as it is', () => {
    const failure = new Failure('forbidden', { what: 'Reading', why: 'no' });
    expect(toFailure(failure, what)).toBe(failure);
  });

  test.each([
    [new TypeError('x is not a function'), 'TypeError: x is not a function'],
    ['text', 'text'],
    [undefined, 'undefined'],
  ])('%p becomes a defect that asks to be reported', (thrown, reported) => {
    expect(facts(toFailure(thrown, what))).toEqual({
      name: 'Failure',
      code: 'unexpected-response',
      message: `Storing the PAT: an error that this version does not know (${reported}). Please report it with the debug log.`,
      what,
      why: `an error that this version does not know (${reported})`,
      hint: 'Please report it with the debug log.',
      retryable: false,
      mayHaveActed: true,
      cause: thrown,
    });
  });
});

test('several failures together keep the first code, every problem, and whether one of them may have acted', () => {
  const problem = (input: string) => ({ input, text: 'no' });
  const one = new Failure('network', { what: 'A', why: 'a', hint: 'Do A.', problems: [problem('x')] });
  const two = new Failure('timeout', {
    what: 'B',
    why: 'b',
    hint: 'Do B.',
    mayHaveActed: true,
    problems: [problem('y')],
  });
  expect(Failure.all([one])).toBe(one);
  expect(Failure.all([one, two])).toMatchObject({
    ...{ code: 'network', why: 'a; B: b', hint: 'Do A. Do B.', mayHaveActed: true },
    problems: [problem('x'), problem('y')],
  });
});

test('no failures together are none, and several may have acted only if one of them may have', () => {
  const failure = new Failure('network', { what: 'A', why: 'a' });
  expect(Failure.all([])).toBeUndefined();
  expect(failure.problems).toEqual([]);
  expect(Failure.all([failure, failure])).toMatchObject({ mayHaveActed: false, problems: [] });
});

test('wrong inputs are reported together, and nothing was sent', () => {
  const problems = [
    { input: 'scopes', text: 'it is empty' },
    { input: 'valid-for', text: 'it is too long' },
  ];
  expect(invalidInputs(problems)).toMatchObject({
    ...{ code: 'invalid-input', problems },
    message: 'Reading the inputs: scopes: it is empty; valid-for: it is too long. Nothing was sent or changed.',
  });
});
