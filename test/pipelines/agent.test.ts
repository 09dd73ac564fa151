import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { Container } from '../../sandbox/agent/container.ts';
import { chooseHandler } from '../../sandbox/agent/task-definition.ts';
import { taskEnvironment } from '../../sandbox/agent/task-environment.ts';
import { TimelineRecord } from '../../sandbox/agent/timeline-record.ts';
import { expandMacros, Variables } from '../../sandbox/agent/variables.ts';
import { AgentSecretMasker } from '../../sandbox/index.ts';
import { readOutput } from '../../sandbox/runner/output-reader.ts';

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

describe('the emulator of the agent', () => {
  test('obeys a command anywhere in a line, and knows an output by the name of its step', () => {
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

  test('drops a variable that the task may not set, and then does not mask its value', () => {
    const { step, variables } = record();
    step.line('##vso[task.setvariable variable=PATH;issecret=true]a;b');
    step.line('a;b');
    expect(variables.get('PATH')).toBeUndefined();
    expect(step.log).toMatch(/disabled by the task[^\n]*\na;b\n$/u);
  });

  test('masks base64 only of a secret that came with the job, not of one that a task sets', () => {
    const masker = new AgentSecretMasker();
    masker.add('set-by-task');
    masker.addInitial('came-with-job');
    const base64 = (value: string): string => Buffer.from(value).toString('base64');
    expect(masker.mask(`${base64('set-by-task')} ${base64('came-with-job')}`)).toBe(`${base64('set-by-task')} ***`);
  });

  test('keeps ten issues of a kind, refuses unknown results, and never improves a result', () => {
    const { step } = record();
    for (let at = 0; at < 12; at++) step.line('##vso[task.logissue type=warning]late');
    expect(step.issues).toHaveLength(10);
    step.line('##vso[task.complete result=Failed]');
    step.line('##vso[task.complete result=Succeeded]');
    expect(step.result).toBe('Failed');
    step.line('##vso[task.complete result=failed]');
    expect(step.complaints).toHaveLength(1);
  });

  test('reports what it does not understand, and uploads in a restricted step', () => {
    const { step } = record({ restricted: true });
    step.line('a line with ##vso in it');
    step.line('##vso[task.uploadsummary]/tmp/summary.md');
    step.line('##vso[telemetry.publish area=x]{}');
    expect(step.complaints.length).toBeGreaterThanOrEqual(3);
    expect(step.summaries).toEqual([]);
  });

  test('tries a step again in the same record, with its issues, outputs and refused commands', () => {
    const { step } = record();
    step.line('##vso[task.setvariable variable=changed;isoutput=true]1');
    step.line('##vso[task.complete result=Failed]');
    step.endTry('task failure');
    expect([step.result, step.outputs.get('changed')?.value, step.issues.length]).toEqual([undefined, '1', 1]);
    step.line('##vso[task.nothing]');
    step.endTry('task failure');
    expect(step.result).toBe('Failed');
  });

  test('knows outputs in any case, and drops the characters of a property that .NET drops', () => {
    const { step, variables } = record();
    step.line('##vso[task.setvariable variable==TOKEN;isoutput==false]=a');
    expect(variables.get('pat.token')).toMatchObject({ value: '=a', readOnly: false });
  });

  test('warns of a task variable that is read-only, and of an issue without a type', () => {
    const { step } = record();
    for (const value of ['1', '2']) step.line(`##vso[task.settaskvariable variable=state;isreadonly=true]${value}`);
    step.line('##vso[task.issue]of no type');
    expect(step.complaints).toEqual([
      expect.stringContaining("readonly variable 'state'"),
      "Can't create TaskIssue from logging event.",
    ]);
  });

  test('masks the forms that .NET makes of a secret, and no short one if the job says so', () => {
    const masker = new AgentSecretMasker();
    masker.add("it's/(a)*!");
    masker.add('line\u2028end');
    expect(masker.mask("it%27s%2F%28a%29%2A%21 it's%2F(a)*! line\\u2028end")).toBe("*** it's%2F(a)*! ***");
    expect(masker.mask('https://user:p%40ss@a.com https://user:p ss@a.com')).toBe(
      'https://user:***@a.com https://user:p ss@a.com',
    );
    const strict = new AgentSecretMasker(7);
    for (const value of ['short', 'longer']) strict.add(value);
    expect(strict.mask('short longer')).toBe('short ***');
  });

  test('treats a carriage return alone as the end of a line, also between two chunks', () => {
    const lines: string[] = [];
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const reader = readOutput(stdout, stderr, (line) => lines.push(line));
    for (const chunk of ['a\rb\r', '\nc\r', 'd\n', 'e\r']) stdout.emit('data', Buffer.from(chunk));
    reader.finish();
    expect(lines).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('expands the variables of a job, and one that refers to a secret variable is secret', () => {
    const variables = new Variables({
      HEADER: 'Bearer $(TOKEN) $(NONE)',
      TOKEN: { value: 'of $(USER)', secret: true },
      USER: 'a',
      LOOP: '$(LOOP)',
    });
    expect(variables.get('header')).toMatchObject({ value: 'Bearer of a $(NONE)', secret: true });
    expect(variables.get('LOOP')).toMatchObject({ value: '$(LOOP)', secret: false });
  });

  test('sets inputs and connections after the variables of a job, which cannot replace them', () => {
    const environment = taskEnvironment({
      agent: {},
      step: { INPUT_OPERATION: 'step' },
      inputs: new Map([['operation', 'list']]),
      variables: new Variables({ 'input.operation': 'revoke', ENDPOINT_AUTH_SCHEME_SYSTEMVSSCONNECTION: 'None' }),
      taskVariables: new Variables(),
      connections: [],
      system: { ENDPOINT_AUTH_SCHEME_SYSTEMVSSCONNECTION: 'OAuth' },
    });
    expect(environment).toMatchObject({ INPUT_OPERATION: 'list', ENDPOINT_AUTH_SCHEME_SYSTEMVSSCONNECTION: 'OAuth' });
  });

  test('translates paths of a job container both ways, and no path leads out of the work folder', () => {
    const root = mkdtempSync(join(tmpdir(), 'pat-container-'));
    try {
      const work = join(root, 'work');
      mkdirSync(work);
      writeFileSync(join(root, 'outside'), '');
      symlinkSync(join(root, 'outside'), join(work, 'link'));
      const container = new Container(work, join(root, 'c/__w'));
      const inside = container.toContainerPath(join(work, 'a'));
      expect([inside, container.toHostPath(inside)]).toEqual([join(root, 'c/__w/a'), join(work, 'a')]);
      expect(container.toContainerPath(`${work}er`)).toBe(`${work}er`);
      for (const path of [`${container.work}/../outside`, `${container.work}/link`, join(root, 'outside')])
        expect(() => container.toHostPath(path)).toThrow('within the work directory');
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  test('replaces variables once, and leaves unknown ones as they are written', () => {
    const values: Record<string, string> = { A: '$(B)', B: 'b' };
    expect(expandMacros('$(A) $(C) $(B) $(', (name) => values[name])).toBe('$(B) $(C) b $(');
  });

  test('starts a task for Node 24 with Node 20, unless the setting is on', () => {
    const handlers = { Node24: { target: 'a.js' }, Node20_1: { target: 'b.js' } };
    expect(chooseHandler(handlers, false)).toEqual({ target: 'a.js', node: 20 });
    expect(chooseHandler(handlers, true)).toEqual({ target: 'a.js', node: 24 });
    expect(() => chooseHandler({ Node20: { target: 'a.js' } }, true)).toThrow('execution handler was not found');
  });
});
