import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { starterWorkflow, type WorkflowFacts } from '../../src/cli/starter-workflow.ts';
import { Failure } from '../../src/core/failure.ts';
import { type InputName, inputs, outputs } from '../../src/core/interface.ts';
import { parseRequest } from '../../src/core/request/request.ts';
import { parseDestinations } from '../destinations.ts';
import { fencesOf, filesBelow, pages, read, root } from './pages.ts';
import { knownActions, openValidator, outputsOf, ownAction, type Validate } from './workflow-validator.ts';

interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly permissions?: unknown;
  readonly 'timeout-minutes'?: number;
  readonly steps?: readonly Step[];
}

interface Choice {
  readonly options?: readonly string[];
}

interface Workflow {
  readonly on?: unknown;
  readonly permissions?: unknown;
  readonly jobs?: Readonly<Record<string, Job>>;
}

interface Source {
  readonly place: string;
  readonly text: string;
}

/** Pipelines of Azure DevOps are no workflows; test/pipelines/examples.test.ts reads them. */
const isPipeline = (path: string): boolean => path.startsWith('examples/azure-pipelines/');

const examples = filesBelow('examples', '.yml')
  .filter((path) => !isPipeline(path))
  .map((path): Source => ({ place: path, text: read(path) }));
const ours = existsSync(join(root, '.github/workflows'))
  ? filesBelow('.github/workflows', '.yml').map((path): Source => ({ place: path, text: read(path) }))
  : [];
const yamlBlocks = pages
  .flatMap(fencesOf)
  .filter(({ language }) => language === 'yaml' || language === 'yml')
  .map(({ place, text }): Source => ({ place, text }));

function parsed(source: Source): Workflow {
  return parse(source.text) as Workflow;
}

function isWhole(source: Source): boolean {
  const document: unknown = parse(source.text);
  return typeof document === 'object' && document !== null && 'jobs' in document;
}

/** Steps of a whole workflow, or of a block that shows steps alone. */
function stepsOf(source: Source): Step[] {
  const document: unknown = parse(source.text);
  if (Array.isArray(document)) return document as Step[];
  return Object.values((document as Workflow | null)?.jobs ?? {}).flatMap((job) => job.steps ?? []);
}

/** What `sign-in` prints to be pasted. */
const printed = (['none', 'secret', 'certificate', 'federated'] as const).map((credential): Source => {
  const places = credential === 'none' ? '' : 'github-environment-secret:contoso/app/pat-rotation/TOKEN';
  const { destinations } = parseDestinations('github-secret:NUGET_PAT\nazure-key-vault:contoso-vault/nuget', {
    repository: 'contoso/app',
  });
  const facts: WorkflowFacts = {
    organization: 'contoso',
    tenant: 'contoso.com',
    clientId: '00001111-aaaa-2222-bbbb-3333cccc4444',
    credential,
    user: 'release.bot@contoso.com',
    authorityHost: undefined,
    stores: parseDestinations(places).destinations,
    displayName: 'yes',
    scopes: 'vso.code vso.packaging_write',
    destinations: credential === 'none' ? [] : destinations,
  };
  return { place: `sign-in, ${credential}`, text: starterWorkflow(facts) };
});

const inDocs = [...yamlBlocks.filter(isWhole), ...printed];
const workflows = [...examples, ...ours, ...inDocs];
const withSteps = [...examples, ...ours, ...yamlBlocks, ...printed].filter((source) => stepsOf(source).length > 0);

let validator: { readonly validate: Validate; close(): void };
beforeAll(async () => {
  validator = await openValidator();
});
afterAll(() => validator.close());

function named(sources: readonly Source[]): [string, Source][] {
  return sources.map((source) => [source.place, source]);
}

describe('GitHub accepts every workflow', () => {
  test.each(named(workflows))('%s', async (_, { text }) => {
    expect(await validator.validate('workflow.yml', text)).toEqual([]);
  });

  test('the validator finds mistakes', async () => {
    const broken = [
      'on: push',
      'jobs:',
      '  a:',
      '    runs-on: ubuntu-latest',
      '    permissions: { secrets: write }',
      '    steps:',
      `      - uses: ${ownAction}@v1`,
      '        with: { opertion: rotate }',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub
      '      - run: echo ${{ steps.nothing.outputs.token }}',
      '',
    ];
    const complaints = (await validator.validate('workflow.yml', broken.join('\n'))).join('\n');
    expect(complaints).toMatch(/Invalid action input 'opertion'/u);
    expect(complaints).toMatch(/Missing required inputs?/u);
    expect(complaints).toMatch(/Unexpected value 'secrets'/u);
    expect(complaints).toMatch(/nothing/u);
  });

  test('the pages show whole workflows, and the examples are there', () => {
    expect(inDocs.length).toBeGreaterThan(3);
    expect(examples.length).toBeGreaterThan(7);
  });
});

describe('steps that use an action', () => {
  test.each(named(withSteps))('%s: names inputs and outputs that exist', (_, source) => {
    const steps = stepsOf(source);
    const actions = new Map<string, string>();
    for (const { id, uses } of steps) if (id && uses) actions.set(id, uses.split('@')[0] ?? '');
    for (const step of steps.filter(({ uses }) => uses?.startsWith(`${ownAction}@`))) {
      for (const name of Object.keys(step.with ?? {})) expect(Object.keys(inputs)).toContain(name);
    }
    for (const [, id = '', name = ''] of source.text.matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/gu)) {
      const known = outputsOf(actions.get(id) ?? '');
      if (known) expect(known).toContain(name);
    }
  });

  test('the outputs that a workflow can read are those of the action', () => {
    expect(outputsOf(ownAction)).toEqual(Object.keys(outputs));
  });
});

/** What the expressions of the examples stand for. */
const values: Readonly<Record<string, string>> = {
  'vars.ADO_CLIENT_ID': '00001111-aaaa-2222-bbbb-3333cccc4444',
  'vars.AZURE_CLIENT_ID': '00001111-aaaa-2222-bbbb-3333cccc4444',
  'vars.AZURE_PLAN_CLIENT_ID': '22223333-cccc-4444-dddd-5555eeee6666',
  'vars.AZURE_TENANT_ID': 'aaaabbbb-0000-cccc-1111-dddd2222eeee',
  'inputs.operation': 'list',
  'inputs.dry-run': 'true',
  'inputs.user': 'release.bot@contoso.com',
  'inputs.display-name': '',
  'inputs.scopes': '',
  'inputs.valid-for': '',
  'steps.own.outputs.ids': '4c60c9ed-a378-4883-af16-d655ca025b11 38aaa865-2c70-4bf7-a308-0c6539c38c1a',
};

function evaluate(text: string): string {
  return text.replace(/\$\{\{\s*(.*?)\s*\}\}/gu, (_, expression: string) => values[expression] ?? 'x'.repeat(20));
}

/** What the action would say of the inputs of a step, before it sends anything. */
function complaintOf(step: Step): string {
  const raw: Partial<Record<InputName, string>> = {};
  for (const [name, value] of Object.entries(step.with ?? {})) raw[name as InputName] = evaluate(String(value));
  try {
    parseRequest(raw, {
      now: Date.UTC(2026, 0, 1),
      repository: 'contoso/app',
      project: undefined,
      oidc: true,
      certificateProblem: () => undefined,
    });
    return '';
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown.message;
    throw thrown;
  }
}

describe('the action accepts the inputs of every step that is shown', () => {
  test.each(named(withSteps.filter((source) => stepsOf(source).some(({ uses }) => uses?.startsWith(ownAction)))))(
    '%s',
    (_, source) => {
      // A block of steps alone may leave out what it is not about.
      const shown = stepsOf(source).filter(({ uses, with: given }) => uses?.startsWith(ownAction) && given);
      expect(shown.map(complaintOf).filter(Boolean)).toEqual([]);
    },
  );

  test('a wrong input is found', () => {
    expect(complaintOf({ with: { operation: 'rotate' } })).toMatch(/display-name or authorization-id/u);
  });
});

/** The operations that a step can carry out: the one that it names, or each that the form of the workflow offers. */
function operationsOf(source: Source, step: Step): readonly string[] {
  const operation = String(step.with?.operation);
  const [, input] = /^\$\{\{ inputs\.([\w-]+) \}\}$/u.exec(operation) ?? [];
  if (input === undefined) return [operation];
  const { on } = parsed(source) as { on?: { workflow_dispatch?: { inputs?: Readonly<Record<string, Choice>> } } };
  return on?.workflow_dispatch?.inputs?.[input]?.options ?? [];
}

/** Lines with `uses:`, by the action, its reference and the comment behind it. */
function usesOf(text: string): { action: string; reference: string; comment: string }[] {
  return [...text.matchAll(/^\s*(?:- )?uses:\s*([^\s@#]+)@([^\s#]+)(?:\s*#\s*(.*))?$/gmu)].map(
    ([, action = '', reference = '', comment = '']) => ({ action, reference, comment }),
  );
}

describe('house rules of workflow files', () => {
  test.each(named([...examples, ...ours]))('%s: actions of others are pinned to a commit', (_, { text }) => {
    for (const { action, reference, comment } of usesOf(text)) {
      if (action === ownAction) continue;
      const known = knownActions[action];
      expect({ action, reference, comment }).toEqual({ action, reference: known?.sha, comment: known?.version });
    }
  });

  test.each(named(inDocs))('%s: a commit that is named belongs to its version', (_, { text }) => {
    for (const { action, reference, comment } of usesOf(text)) {
      if (!/^[0-9a-f]{40}$/u.test(reference)) continue;
      const known = knownActions[action];
      expect({ action, reference, comment }).toEqual({ action, reference: known?.sha, comment: known?.version });
    }
  });

  test.each(named([...examples, ...ours]))('%s: names its permissions, each by itself', (_, source) => {
    const { permissions, jobs = {} } = parsed(source);
    expect(typeof permissions).toBe('object');
    for (const job of Object.values(jobs)) expect(typeof (job.permissions ?? {})).toBe('object');
  });

  test.each(named([...examples, ...ours]))('%s: a checkout leaves no credentials behind', (_, source) => {
    const checkouts = stepsOf(source).filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    for (const step of checkouts) expect(step.with?.['persist-credentials']).toBe(false);
  });

  test.each(named([...examples, ...ours]))('%s: no script is built from foreign text', (_, source) => {
    for (const { run = '' } of stepsOf(source)) expect(run).not.toMatch(/\$\{\{/u);
  });

  const withScripts = named(
    [...examples, ...ours, ...yamlBlocks].filter((source) => stepsOf(source).some(({ run }) => run)),
  );
  (process.platform === 'win32' ? test.skip : test).each(withScripts)('%s: bash can parse the scripts', (_, source) => {
    for (const { run } of stepsOf(source)) if (run) execFileSync('bash', ['-n'], { input: run });
  });

  test.each(named(ours))('%s: every job has a time limit', (_, source) => {
    for (const job of Object.values(parsed(source).jobs ?? {})) {
      expect(job['timeout-minutes']).toEqual(expect.any(Number));
    }
  });

  test.each(named([...examples, ...inDocs]))(
    '%s: no new PAT is lost: a destination or a later step gets it',
    (_, source) => {
      for (const step of stepsOf(source).filter(({ uses }) => uses?.startsWith(`${ownAction}@`))) {
        if (!operationsOf(source, step).some((operation) => ['create', 'rotate'].includes(operation))) continue;
        const isUsed = source.text.includes(`steps.${step.id}.outputs.token`);
        expect({ step, isKept: step.with?.['token-destinations'] !== undefined || isUsed }).toEqual({
          step,
          isKept: true,
        });
      }
    },
  );

  test.each(named(examples))('%s: no script makes a PAT an argument, which other processes can read', (_, source) => {
    for (const { run = '', env = {} } of stepsOf(source)) {
      for (const [name] of Object.entries(env).filter(([, value]) => value.includes('.outputs.token'))) {
        const lines = run.split('\n').filter((line) => line.includes(`$${name}`));
        for (const line of lines) expect(line).toMatch(/^\s*(?:export )?\w+="/u);
      }
    }
  });

  test.each(named([...examples, ...ours]))('%s: no event runs the code of a stranger with secrets', (_, source) => {
    const { on } = parsed(source);
    const events = typeof on === 'string' ? [on] : Array.isArray(on) ? on : Object.keys(on ?? {});
    for (const event of ['pull_request_target', 'workflow_run', 'issue_comment']) expect(events).not.toContain(event);
  });
});
