import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { type InputFacts, inputs } from '../../src/core/interface.ts';
import { parseRequest } from '../../src/core/request/request.ts';
import { camelCase, isBoolean, serviceConnection, taskInputNames } from '../../src/pipelines/interface.ts';
import { fencesOf, filesBelow, pages, read } from '../docs/pages.ts';

interface Source {
  readonly place: string;
  readonly text: string;
}

const examples = filesBelow('examples/azure-pipelines', '.yml').map((place): Source => ({ place, text: read(place) }));

const blocks = pages
  .flatMap(fencesOf)
  .filter(({ language, text }) => language === 'yaml' && text.includes('AzureDevOpsPat@1'))
  .map(({ place, text }): Source => ({ place, text }));

/** Every `task:` step below a part of a pipeline, however deep. */
function tasksIn(node: unknown): { readonly task: string; readonly inputs?: Record<string, unknown> }[] {
  if (Array.isArray(node)) return node.flatMap(tasksIn);
  if (typeof node !== 'object' || node === null) return [];
  if ('task' in node) return [node as ReturnType<typeof tasksIn>[number]];
  return Object.values(node).flatMap(tasksIn);
}

function ourStepsIn({ text }: Source): Record<string, unknown>[] {
  return tasksIn(parse(text)).flatMap(({ task, inputs: given = {} }) => (task === 'AzureDevOpsPat@1' ? [given] : []));
}

const guid = '00001111-aaaa-2222-bbbb-3333cccc4444';

/** The value of an expression of a template: the first allowed one. */
function allowedValue(name: string, written: string): string {
  if (!written.includes('${{')) return written;
  return { operation: 'get', displayName: 'nuget', dryRun: 'true' }[name] ?? '';
}

describe.each([...examples, ...blocks].map((source): [string, Source] => [source.place, source]))('%s', (_, source) => {
  test('has a step with our task, whose inputs are in the table', () => {
    const steps = ourStepsIn(source);
    expect(steps.length).toBeGreaterThan(0);
    for (const step of steps) expect(Object.keys(step).filter((name) => !taskInputNames.has(name))).toEqual([]);
  });

  test('is a request that the task accepts', () => {
    for (const step of ourStepsIn(source)) {
      const raw: Record<string, string> = { organization: 'contoso' };
      for (const [name, given] of Object.entries(step)) {
        const core = taskInputNames.get(name);
        if (core === undefined || core === serviceConnection) continue;
        const value = allowedValue(name, String(given)).replaceAll(
          /\$\((?:Build\.BuildId|System\.JobAttempt)\)/gu,
          '1',
        );
        raw[core] = core === 'refresh-token' ? '1.AAAAsecretRefreshTokenOfTheExample' : value;
        const { values }: InputFacts = inputs[core];
        if (values && !isBoolean(core)) expect(values).toContain(value);
      }
      if (serviceConnection in step) raw['client-id'] = guid;
      const project = { organization: 'contoso', name: 'App' };
      const context = { now: 0, repository: undefined, project, oidc: false, certificateProblem: () => undefined };
      expect(() => parseRequest(raw, context)).not.toThrow();
    }
  });

  test('loses no new PAT: a destination or a later step gets it', () => {
    const { parameters = [] } = parse(source.text) as { parameters?: { name: string; values?: string[] }[] };
    const offered = parameters.find(({ name }) => name === 'operation')?.values ?? [];
    for (const step of ourStepsIn(source)) {
      const operation = String(step.operation);
      const operations = operation.includes('${{') ? offered : [operation];
      if (!operations.some((each) => ['create', 'rotate'].includes(each))) continue;
      expect(step.tokenDestinations !== undefined || source.text.includes('.token)')).toBe(true);
    }
  });

  test('takes its secrets from variables', () => {
    for (const step of ourStepsIn(source)) {
      for (const [name, facts] of Object.entries(inputs) as [keyof typeof inputs, InputFacts][]) {
        const given = facts.secret ? step[camelCase(name)] : undefined;
        if (given !== undefined) expect(given).toMatch(/^\$\([\w-]+\)$/u);
      }
    }
  });
});

test('schedules run although nothing was pushed, and no pipeline is started by a push', () => {
  for (const { place, text } of examples) {
    const { trigger, schedules = [] } = parse(text) as { trigger: string; schedules?: { always?: boolean }[] };
    expect({ place, trigger, always: schedules.map(({ always }) => always ?? false) }).toEqual({
      place,
      trigger: 'none',
      always: schedules.map(() => true),
    });
  }
});
