import { describe, expect, test } from '@jest/globals';
import type { Pat } from '../../../src/core/pat.ts';
import type { SecretMetadata } from '../../../src/core/ports.ts';
import { replacePat } from '../../../src/core/rotation/replace-pat.ts';
import type { Secret } from '../../../src/core/secret.ts';
import { FakePorts, minute } from '../fake-ports.ts';
import {
  denied,
  noAnswer,
  notingStore,
  old,
  renamed,
  replace,
  replacement,
  validTo,
  write,
} from './replacement-scene.ts';

describe('what fails after a destination has it leaves both alive, and says who has which (I1, I5)', () => {
  test('tries every destination, and names each in the message', async () => {
    const closed = denied.with({ hint: 'Open it.' });
    const answers = { 'write three': closed, 'write four': closed, 'write five': noAnswer, 'write six': noAnswer };
    const stores = ['one', 'two', 'three', 'four', 'five', 'six'];
    const { result, calls } = await replace({}, { stores, answers });
    expect(result).toMatchObject({
      code: 'destination-denied',
      why: 'destination-denied; A request: network',
      hint: 'Open it. The new PAT new is in: one, two. It may be in: five, six. It is not in: three, four. This run did not revoke the old PAT old, and the new one works. Correct the cause and run again: a later run finishes what is left.',
    });
    expect(calls.slice(2)).toEqual([...stores.map((destination) => write(destination)), 'verify']);
  });

  test('if the look at the new PAT fails too, the message tells that as well', async () => {
    const answers = { 'write two': denied, verify: [undefined, noAnswer] };
    const { message } = await replace({}, { stores: ['one', 'two'], answers });
    expect(message).toMatch(/^A request: destination-denied; A request: network\. /u);
    expect(message).not.toContain('works');
  });

  test('if the host cannot take the value, the message says what the destinations hold', async () => {
    const { message, calls } = await replace({}, { stores: ['one', 'two'], answers: { 'hand over': denied } });
    expect(message).toContain(
      'The new PAT new is in: one, two. This run did not revoke the old PAT old. A later rotation finishes what is left.',
    );
    expect(calls.at(-1)).toBe('hand over new');
  });

  test('a destination whose answer was lost counts as one that may hold the PAT', async () => {
    const { result, calls } = await replace(
      { previous: undefined },
      { stores: ['one'], answers: { 'write one': noAnswer } },
    );
    expect(result).toMatchObject({
      hint: 'The new PAT new may be in: one. Correct the cause, then rotate it: a later rotation finishes what is left.',
    });
    expect(calls.slice(-2)).toEqual([write('one'), 'verify']);
  });

  test('a stop between two destinations begins no other write', async () => {
    const { message, calls } = await replace({}, { stores: ['one', 'two', 'three'], stopsDuring: 'write one' });
    expect(message).toContain('is in: one. It is not in: two, three.');
    expect(calls.at(-1)).toBe(write('one'));
  });

  test('ten minutes after its create a run begins no other write', async () => {
    const scene = { stores: ['one', 'two'], takes: { 'write one': 10 * minute + 1 } };
    const { message, calls } = await replace({}, scene);
    expect(message).toMatch(/^Rotating "build": it took longer than 10 minutes.*is in: one\. It is not in: two\./u);
    expect(calls).not.toContain('revoke old');
  });

  test('after exactly ten minutes it still does', async () => {
    const { calls } = await replace({}, { stores: ['one', 'two'], takes: { 'write one': 10 * minute } });
    expect(calls.at(-1)).toBe(renamed);
  });
});

describe('a change that gives the PAT a new value (no document promises that it stays)', () => {
  test('is stored again in every destination, and handed over', async () => {
    const handed: string[] = [];
    const scene = { stores: ['one', 'two'], renewed: 'second' };
    const handOver = (_made: Pat, token: Secret): void => void handed.push(token.reveal());
    const { result, transcript } = await replace({}, scene, { handOver });
    expect(result).toMatchObject({ displayName: 'build' });
    expect(transcript.slice(-7)).toEqual([
      'warning: The service gave PAT new of "build" a new value when it was changed.',
      write('one', 'second'),
      'info: Stored the new value of "build" in one.',
      write('two', 'second'),
      'info: Stored the new value of "build" in two.',
      'info: PAT new is "build" now.',
      'verify',
    ]);
    expect(handed).toEqual(['value of new', 'second']);
  });

  test('the destinations learn until when they may write it, and how to see whether it works', async () => {
    const abouts: SecretMetadata[] = [];
    const verified: string[] = [];
    const ports = new FakePorts({ pats: [old], takes: { create: minute }, renewed: 'second' });
    const context = ports.context({ operation: 'list' });
    const authenticates = async (token: Secret): Promise<boolean> => verified.push(token.reveal()) > 0;
    const pats = { ...context.pats, authenticates };
    await replacePat(replacement, { ...context, pats, stores: [notingStore(abouts)] });
    expect(abouts).toMatchObject([{ deadline: 14 * minute }, { deadline: 14 * minute, expires: validTo }]);
    await abouts[1]?.proveAlive?.();
    expect(verified).toEqual(['value of new', 'second', 'second']);
  });

  test('says that the host could not take it', async () => {
    const scene = { stores: ['one'], renewed: 'second', answers: { 'hand over': [undefined, denied] } };
    expect((await replace({}, scene)).result).toMatchObject({
      code: 'destination-denied',
      hint: 'The new value of PAT new may be missing in: the outputs of this run; what is there may no longer work. Rotate it at once.',
    });
  });

  test('says where it could not be stored', async () => {
    const scene = { stores: ['one', 'two'], renewed: 'second', answers: { 'write one': [undefined, denied] } };
    const { result, calls } = await replace({}, scene);
    expect(result).toMatchObject({
      code: 'destination-denied',
      hint: 'The new value of PAT new may be missing in: one; what is there may no longer work. Rotate it at once.',
    });
    expect(calls.filter((call) => call === 'hand over new')).toHaveLength(2);
  });
});
