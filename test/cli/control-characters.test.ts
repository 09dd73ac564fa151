import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { publicClientId } from '../../sandbox/index.ts';
import { printable } from '../../src/cli/printable-json.ts';
import { starterWorkflow } from '../../src/cli/starter-workflow.ts';
import { parseDestinations } from '../destinations.ts';
import { fc } from '../seed.ts';
import { json, scenario, scenarioOnTerminal } from './harness.ts';

/** What a terminal obeys: writing the clipboard, C1 controls, direction marks, invisible letters, commands. */
const hostile = 'x\u001b]52;c;cHduZWQ=\u0007\u009b31m\u202egnp\u2066\u200b##[error]y##vso[task.complete]\u007f\u2028z';
const obeyed = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]|##(?:vso)?\[/u;

scenario('JSON writes control characters of others only as escapes', async (scene) => {
  scene.sandbox.azureDevOps.addPat({ displayName: hostile, scope: hostile });
  const list = await scene.run(['list', ...scene.who, '--json']);
  expect(list.stdout).not.toMatch(obeyed);
  expect(json(list).pats).toEqual([expect.objectContaining({ 'display-name': hostile })]);
});

scenarioOnTerminal('no output sends control characters of others to the terminal', async (scene) => {
  const refusal = { kind: 'status', status: 400, body: { message: hostile, typeKey: hostile } } as const;
  scene.sandbox.fault = ({ method, host }) => (method === 'POST' && host.startsWith('vssps') ? refusal : undefined);
  const manifest = 'tokens: [{ display-name: a, scopes: vso.code, destinations: ["github-secret:contoso/app/PAT"] }]';
  const words = ['sync', ...scene.who, '--manifest', manifest, '--json', '--debug'];
  const plan = await scene.seen(words);
  expect(plan).not.toMatch(obeyed);
  // In the JSON, and in the messages beside it.
  expect(plan.split('gnp').length).toBeGreaterThan(2);
  scene.sandbox.fault = ({ host }) => (host.startsWith('vssps') ? refusal : undefined);
  const failed = await scene.seen(['list', ...scene.who, '--debug']);
  expect(failed).not.toMatch(obeyed);
  expect(failed).toMatch(/^Failure: .*gnp.*\n(?:at .+:\d+:\d+\)?\n)+/mu);
});

test('printable characters are kept', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const shown = printable(JSON.stringify({ text }, undefined, 2));
      expect(JSON.parse(shown)).toEqual({ text });
      expect(shown).not.toMatch(obeyed);
    }),
  );
  expect(JSON.parse(printable(JSON.stringify(hostile)))).toBe(hostile);
});

test('the printed workflow evaluates no expression that a name holds', () => {
  const name = `a\${{ github.token }}@contoso.com\u202e`;
  const destination = `github-environment-secret:contoso/app/it's: prod #1 \${{ github.token }}/TOKEN`;
  const text = starterWorkflow({
    organization: 'contoso',
    tenant: 'contoso.com',
    clientId: publicClientId,
    credential: 'none',
    user: name,
    authorityHost: undefined,
    stores: [],
    displayName: name,
    scopes: 'vso.code',
    destinations: parseDestinations(destination).destinations,
  });
  const steps: { with: Record<string, string> }[] = parse(text).jobs.rotate.steps;
  const expressions = [...text.matchAll(/\$\{\{ (.*?) \}\}/gu)].map(([, expression]) => expression);
  expect(expressions).not.toContain('github.token');
  expect(text).not.toMatch(/\u202e/u);
  const own = steps.at(-1)?.with;
  // As GitHub reads it: the expression is a text that holds the two braces.
  const evaluated = (input: string) => own?.[input]?.replaceAll(`\${{ '\${{' }}`, `\${{`);
  expect([evaluated('expected-user'), evaluated('token-destinations')]).toEqual([name, destination]);
});
