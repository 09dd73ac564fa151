import { describe, expect, test } from '@jest/globals';
import { chooseHandler } from '../../sandbox/agent/task-definition.ts';
import { TimelineRecord } from '../../sandbox/agent/timeline-record.ts';
import { expandMacros, Variables } from '../../sandbox/agent/variables.ts';
import { AgentSecretMasker } from '../../sandbox/index.ts';

/** A step whose task may set `token` and `changed`. */
function record(more: { debug?: boolean; restricted?: boolean } = {}) {
  const masker = new AgentSecretMasker();
  const variables = new Variables({ locked: { value: '1', readOnly: true } });
  const step = new TimelineRecord({
    masker,
    variables,
    taskVariables: new Variables(),
    refName: 'pat',
    outputs: ['token'],
    settable: [['token', 'changed', 'locked']],
    restricted: more.restricted ?? false,
    debug: more.debug ?? false,
  });
  return { masker, variables, step };
}

describe("the agent's emulator", () => {
  test('obeys a command wherever it stands in a line, and an output is known by the name of its step', () => {
    const { step, variables } = record();
    step.line('says: ##VSO[task.setvariable variable=token]a');
    step.line('says: ##vso[TASK.SetVariable VARIABLE=token;issecret=true]value-of-it');
    expect(variables.get('pat.token')).toMatchObject({ value: 'value-of-it', secret: true, readOnly: false });
    step.line('value-of-it');
    expect(step.log).toBe('says: ##VSO[task.setvariable variable=token]a\n***\n');
  });

  test('refuses a secret of several lines, and prints it in the error', () => {
    const { step } = record();
    step.line('##vso[task.setvariable variable=token;issecret=true]first%0Asecond');
    expect(step.result).toBe('Failed');
    expect(step.log).toContain('first%0Asecond');
    expect(step.complaints).toEqual(['Secrets cannot contain multiple lines']);
  });

  test('drops a variable that the task may not set; its plain value is not masked by that', () => {
    const { step, variables } = record();
    step.line('##vso[task.setvariable variable=PATH;issecret=true]a;b');
    step.line('a;b');
    expect(variables.get('PATH')).toBeUndefined();
    expect(step.log).toMatch(/disabled by the task[^\n]*\na;b\n$/u);
  });

  test('masks no base64 of a secret that a task sets, only of one that came with the job', () => {
    const masker = new AgentSecretMasker();
    masker.add('set-by-task');
    masker.addInitial('came-with-job');
    const base64 = (value: string): string => Buffer.from(value).toString('base64');
    expect(masker.mask(`${base64('set-by-task')} ${base64('came-with-job')}`)).toBe(`${base64('set-by-task')} ***`);
  });

  test('keeps ten issues of a kind, refuses unknown results, and results only get worse', () => {
    const { step } = record();
    for (let at = 0; at < 12; at++) step.line('##vso[task.logissue type=warning]late');
    expect(step.issues).toHaveLength(10);
    step.line('##vso[task.complete result=Failed]');
    step.line('##vso[task.complete result=Succeeded]');
    expect(step.result).toBe('Failed');
    step.line('##vso[task.complete result=failed]');
    expect(step.complaints).toHaveLength(1);
  });

  test('complains of what it does not understand, and of uploads in a restricted step', () => {
    const { step } = record({ restricted: true });
    step.line('a line with ##vso in it');
    step.line('##vso[task.uploadsummary]/tmp/summary.md');
    step.line('##vso[telemetry.publish area=x]{}');
    expect(step.complaints.length).toBeGreaterThanOrEqual(3);
    expect(step.summaries).toEqual([]);
  });

  test('puts variables in once, and leaves unknown ones as they are written', () => {
    const values: Record<string, string> = { A: '$(B)', B: 'b' };
    expect(expandMacros('$(A) $(C) $(B) $(', (name) => values[name])).toBe('$(B) $(C) b $(');
  });

  test('starts a task of Node 24 with Node 20, unless the knob is on', () => {
    const handlers = { Node24: { target: 'a.js' }, Node20_1: { target: 'b.js' } };
    expect(chooseHandler(handlers, false)).toEqual({ target: 'a.js', node: 20 });
    expect(chooseHandler(handlers, true)).toEqual({ target: 'a.js', node: 24 });
    expect(() => chooseHandler({ Node20: { target: 'a.js' } }, true)).toThrow('execution handler was not found');
  });
});
