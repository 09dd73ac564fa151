import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { allPermissions, type VariableGroup } from '../../../sandbox/index.ts';
import { variableGroupStore } from '../../../src/adapters/azure-devops/variable-group-store.ts';
import { createKeyedMutex } from '../../../src/adapters/keyed-mutex.ts';
import { Failure } from '../../../src/core/failure.ts';
import type { Store } from '../../../src/core/ports.ts';
import type { VariableGroupVariable } from '../../../src/core/request/destination/destination.ts';
import { parseDestinations } from '../../destinations.ts';
import { type Bench, failureOf, lastingFaults, passingFaults, startBench } from '../service-sandbox.ts';
import { about, changeAnswers, pat, putsOf, resourceOptions, storePat } from './resource-harness.ts';

const line = 'azure-devops-variable-group:Tools/builds/NUGET_PAT';

let bench: Bench;
let group: VariableGroup;

beforeEach(async () => {
  bench = await startBench();
  group = bench.sandbox.azureDevOps.variableGroups.add({
    id: 42,
    name: 'builds',
    description: 'what builds need',
    projects: ['Tools', 'My Wiki'],
    providerData: { vault: null },
    variables: {
      feed: 'https://example.com/feed',
      empty: '',
      region: { value: 'westeurope', isReadOnly: true },
      Signing: { value: 'sign-secret', isSecret: true },
      npmToken: { value: 'npm-secret', isSecret: true, isReadOnly: true },
    },
  });
});

afterEach(() => bench.close());

function open(
  text = line,
  options: { scopes?: readonly string[]; runExclusive?: ReturnType<typeof createKeyedMutex> } = {},
): Store {
  const { scopes, ...exclusive } = options;
  const [destination] = parseDestinations(text, { organization: 'contoso' }).destinations;
  return variableGroupStore({
    ...resourceOptions(bench, scopes),
    destination: destination as VariableGroupVariable,
    ...exclusive,
  });
}

const writePat = (store = open()) => storePat(store);

function value(name: string): string | null | undefined {
  return group.variables.get(name)?.value;
}

describe('inspecting a group', () => {
  test.each([
    ['Signing', true],
    ['SIGNING', true],
    // This program never stores a plain variable, so its value may be a placeholder.
    ['feed', false],
    ['NUGET_PAT', false],
    ['constructor', false],
  ])('finds %s: %s, with one request, and gives no date', async (variable, exists) => {
    for (const name of ['builds', '42']) {
      const store = open(`azure-devops-variable-group:Tools/${name}/${variable}`);
      expect(await store.inspect()).toEqual({ exists });
    }
    expect(bench.requests()).toHaveLength(2);
  });

  test('reports a missing group, a group that mirrors a vault, and a missing permission', async () => {
    bench.sandbox.azureDevOps.variableGroups.add({ name: 'mirror', projects: ['Tools'], type: 'AzureKeyVault' });
    const codes = {
      'azure-devops-variable-group:Tools/nothing/PAT': 'destination-not-found',
      'azure-devops-variable-group:Tools/mirror/PAT': 'destination-failed',
      'azure-devops-variable-group:Tools/4711/PAT': 'destination-not-found',
      'azure-devops-variable-group:Nowhere/builds/PAT': 'destination-not-found',
    };
    for (const [text, code] of Object.entries(codes)) {
      expect(await failureOf(open(text).inspect())).toMatchObject({ code });
    }
    expect(await failureOf(open(line, { scopes: ['vso.pats'] }).inspect())).toMatchObject({
      code: 'destination-denied',
    });
  });
});

describe('a group', () => {
  test('gets the variable and keeps everything else', async () => {
    const before = structuredClone({ ...group, variables: [...group.variables] });
    await writePat();
    expect(group.variables.get('NUGET_PAT')).toEqual({ value: pat.reveal(), isSecret: true, isReadOnly: false });
    group.variables.delete('NUGET_PAT');
    expect({ ...group, variables: [...group.variables] }).toEqual({ ...before, modifiedOn: group.modifiedOn });
    expect(bench.requests()).toEqual([
      'GET dev.azure.com/contoso/Tools/_apis/distributedtask/variablegroups?groupName=builds&api-version=7.1 200',
      'GET dev.azure.com/contoso/Tools/_apis/distributedtask/variablegroups/42?api-version=7.1 200',
      'PUT dev.azure.com/contoso/_apis/distributedtask/variablegroups/42?api-version=7.1 200',
      'GET dev.azure.com/contoso/Tools/_apis/distributedtask/variablegroups/42?api-version=7.1 200',
    ]);
  });

  test('is found by id, in a project whose name has a space', async () => {
    await writePat(open('azure-devops-variable-group:My Wiki/42/NUGET_PAT'));
    expect(value('NUGET_PAT')).toBe(pat.reveal());
    expect(bench.requests()[0]).toContain('/contoso/My%20Wiki/_apis/distributedtask/variablegroups/42?');
  });

  test('is found by its exact name, although the service reads * as anything and ignores case', async () => {
    const { variableGroups } = bench.sandbox.azureDevOps;
    variableGroups.add({ name: 'build/a&b*', projects: ['Tools'], variables: { x: '1' } });
    variableGroups.add({ name: 'build/a&b* too', projects: ['Tools'], variables: { x: '1' } });
    await writePat(open('azure-devops-variable-group:Tools/build%2Fa&b*/NUGET_PAT'));
    expect(variableGroups.value('build/a&b*', 'NUGET_PAT')).toBe(pat.reveal());
    expect(variableGroups.value('build/a&b* too', 'NUGET_PAT')).toBeUndefined();
    const failure = await failureOf(open('azure-devops-variable-group:Tools/Builds/NUGET_PAT').prepare());
    expect(failure.code).toBe('destination-not-found');
    expect(failure.message).toContain('no group has exactly this name; there is "builds"');
  });

  test('has one variable of a name, whatever its case, and a plain variable becomes secret', async () => {
    group.variables.set('Nuget_Pat', { value: 'plain', isSecret: false, isReadOnly: true });
    await writePat();
    expect(group.variables.get('Nuget_Pat')).toEqual({ value: pat.reveal(), isSecret: true, isReadOnly: true });
    expect(group.variables.has('NUGET_PAT')).toBe(false);
  });

  test('may hold variables with any name', async () => {
    for (const name of ['__proto__', 'constructor', 'a b', 'ä']) {
      group.variables.set(name, { value: `value of ${name}`, isSecret: false, isReadOnly: false });
    }
    await writePat();
    for (const name of ['__proto__', 'constructor', 'a b', 'ä']) expect(value(name)).toBe(`value of ${name}`);
  });

  test('that mirrors a vault is refused', async () => {
    group.type = 'AzureKeyVault';
    const failure = await failureOf(open().prepare());
    expect(failure.code).toBe('destination-failed');
    expect(failure.message).toContain('mirrors a key vault');
  });

  test.each(['404', 'empty'] as const)('of an unknown id (%s) is not found', async (how) => {
    bench.sandbox.azureDevOps.variableGroups.unknownId = how;
    const failure = await failureOf(open('azure-devops-variable-group:Tools/7/PAT').prepare());
    expect(failure).toMatchObject({ code: 'destination-not-found', mayHaveActed: false });
    expect(failure.message).toContain('variable group 7 of project "Tools" in contoso does not exist');
  });

  test.each([
    ['azure-devops-variable-group:Nowhere/42/PAT', 'TF200016'],
    ['azure-devops-variable-group:Nowhere/builds/PAT', 'TF200016'],
    ['azure-devops-variable-group:Tools/nothing/PAT', 'no group has exactly this name'],
  ])('at %s is not found', async (text, why) => {
    const failure = await failureOf(open(text).prepare());
    expect(failure.code).toBe('destination-not-found');
    expect(failure.message).toContain(why);
  });
});

describe('a refusal', () => {
  test('names the role that the write needs, and nothing is changed', async () => {
    group.administrator = false;
    const failure = await failureOf(writePat(), pat);
    expect(failure).toMatchObject({ code: 'destination-denied', mayHaveActed: false });
    expect(failure.message).toContain(
      'The user needs the role Administrator on variable group "builds" of project "Tools" in contoso',
    );
  });

  test.each([401, 403] as const)('of a token without permission (%i) names the permission', async (status) => {
    bench.sandbox.azureDevOps.missingScopeStatus = status;
    const failure = await failureOf(open(line, { scopes: ['vso.pats'] }).prepare());
    expect(failure.code).toBe('destination-denied');
    expect(failure.message).toContain('vso.variablegroups_manage');
  });

  test.each([{ kind: 'status', status: 401 }, { kind: 'redirect-302' }, { kind: 'html-203' }] as const)(
    'of a token that has ended (%o) changes nothing',
    async (fault) => {
      bench.failOn('PUT', 'every', fault);
      expect(await failureOf(writePat(), pat)).toMatchObject({ code: 'destination-denied', mayHaveActed: false });
      expect(group.variables.has('NUGET_PAT')).toBe(false);
    },
  );

  test('a 401 to the write is explained by the role', async () => {
    bench.failOn('PUT', 'every', { kind: 'status', status: 401 });
    const failure = await failureOf(writePat(), pat);
    expect(failure).toMatchObject({ code: 'destination-denied', mayHaveActed: false });
    expect(failure.message).toContain('If several projects share it, the user needs the role in each of them.');
  });

  test('the permissions of the app registration suffice', () => {
    expect(allPermissions.some((permission) => permission.endsWith('/user_impersonation'))).toBe(true);
  });
});

describe('changes of others', () => {
  test('between check and write are kept', async () => {
    const store = open();
    await store.prepare();
    group.variables.set('later', { value: 'new', isSecret: false, isReadOnly: false });
    group.variables.delete('feed');
    await store.write(pat, about);
    expect(value('later')).toBe('new');
    expect(group.variables.has('feed')).toBe(false);
  });

  test('to a secret between read and write are kept', async () => {
    bench.sandbox.azureDevOps.variableGroups.beforePut = (now) => {
      now.variables.set('Signing', { value: 'changed meanwhile', isSecret: true, isReadOnly: false });
    };
    await writePat();
    expect(value('Signing')).toBe('changed meanwhile');
  });

  /** Somebody saves an older copy of the group right after the nth write. */
  function undo(nth: number | 'every', change: (now: VariableGroup) => void): void {
    let puts = 0;
    bench.sandbox.onAnswered = ({ method }) => {
      if (method !== 'PUT') return;
      puts++;
      if (nth === 'every' || puts === nth) change(group);
    };
  }

  test('that undo the write are overwritten', async () => {
    undo(1, (now) => {
      now.variables.delete('NUGET_PAT');
      now.variables.set('feed', { value: 'https://example.com/new', isSecret: false, isReadOnly: false });
    });
    await writePat();
    expect(value('NUGET_PAT')).toBe(pat.reveal());
    expect(value('feed')).toBe('https://example.com/new');
  });

  test('that undo the write each time make it fail, and the message says what is missing', async () => {
    undo('every', (now) => now.variables.delete('NUGET_PAT'));
    const failure = await failureOf(writePat(), pat);
    expect(failure).toMatchObject({ code: 'destination-failed', mayHaveActed: true });
    expect(failure.message).toContain('differs from what was written: "NUGET_PAT" is not there as a secret');
    expect(putsOf(bench)).toHaveLength(3);
  });

  test('that take other variables away are reported by name', async () => {
    undo(1, (now) => now.variables.delete('Signing'));
    const failure = await failureOf(writePat(), pat);
    expect(failure).toMatchObject({ code: 'destination-failed', mayHaveActed: true });
    expect(failure.message).toContain('"Signing" disappeared');
    expect(failure.message).toContain('If nobody did that on purpose, add "Signing" to the group again.');
    expect(value('NUGET_PAT')).toBe(pat.reveal());
  });

  test('that never stop are reported by name', async () => {
    let count = 0;
    undo('every', (now) => now.variables.set('feed', { value: `${count++}`, isSecret: false, isReadOnly: false }));
    const failure = await failureOf(writePat(), pat);
    expect(failure).toMatchObject({ code: 'destination-failed', mayHaveActed: true });
    expect(failure.message).toContain('"feed" changed');
  });

  test('of the same run come one after the other', async () => {
    const runExclusive = createKeyedMutex();
    const names = ['A', 'B', 'C', 'D'];
    const stores = names.flatMap((name) => [
      open(`azure-devops-variable-group:Tools/builds/${name}`, { runExclusive }),
      open(`azure-devops-variable-group:Tools/42/${name}2`, { runExclusive }),
    ]);
    await Promise.all(stores.map((store) => store.write(pat, about)));
    for (const name of names) {
      expect(value(name)).toBe(pat.reveal());
      expect(value(`${name}2`)).toBe(pat.reveal());
    }
    expect(putsOf(bench)).toHaveLength(8);
  });
});

describe('what an answer leaves out', () => {
  /** Changes each group that the service shows. */
  function show(change: Parameters<typeof changeAnswers>[2]): void {
    changeAnswers(bench, '/variablegroups', change);
  }

  const references = () => group.references.map(({ project }) => project.name).sort();

  test('of the list is requested by id, before anything is made', async () => {
    show((shown, path) =>
      path.includes('groupName') ? { ...shown, variableGroupProjectReferences: null, variables: undefined } : shown,
    );
    const store = open();
    expect(await store.inspect()).toEqual({ exists: false });
    await writePat(store);
    expect(value('NUGET_PAT')).toBe(pat.reveal());
    expect(references()).toEqual(['My Wiki', 'Tools']);
  });

  test.each([
    { variableGroupProjectReferences: null },
    { variableGroupProjectReferences: undefined, isShared: undefined },
    { variableGroupProjectReferences: [{ name: 'builds', projectReference: { name: 'Tools' } }] },
    { variables: null },
    { type: undefined },
  ])('every time (%j) makes the check fail before anything is made', async (change) => {
    show((shown) => ({ ...shown, ...change }));
    for (const step of [open().prepare(), open().write(pat, about)]) {
      expect(await failureOf(step, pat)).toMatchObject({ code: 'unexpected-response', mayHaveActed: false });
    }
    expect(putsOf(bench)).toEqual([]);
  });

  test.each([43, '42'])('every time is the whole group, if the answer to 42 is %j', async (id) => {
    show((shown, path) => (path.includes('groupName') ? shown : { ...shown, id }));
    const failure = await failureOf(open().write(pat, about), pat);
    expect(failure).toMatchObject({ code: 'unexpected-response', mayHaveActed: false });
    expect(putsOf(bench)).toEqual([]);
  });

  test('of a list that repeats its first page is not requested for ever', async () => {
    const { azureDevOps } = bench.sandbox;
    const original = azureDevOps.answer.bind(azureDevOps);
    azureDevOps.answer = async (request) => {
      const answer = await original(request);
      return { ...answer, headers: { ...answer.headers, 'x-ms-continuationtoken': 'again' } };
    };
    const failure = await failureOf(open().prepare());
    expect(failure).toMatchObject({ code: 'unexpected-response', mayHaveActed: false });
    expect(bench.requests()).toHaveLength(2);
  });

  test('of one page of the list is found on the next one, also a second group of that name', async () => {
    const { azureDevOps } = bench.sandbox;
    const original = azureDevOps.answer.bind(azureDevOps);
    let second: unknown = { ...group, id: 42 };
    azureDevOps.answer = async (request) => {
      const answer = await original(request);
      if (!request.path.includes('groupName')) return answer;
      if (request.path.includes('continuationToken=a%26b'))
        return { ...answer, body: JSON.stringify({ value: [second] }) };
      return { ...answer, headers: { ...answer.headers, 'x-ms-continuationtoken': 'a&b' } };
    };
    await writePat();
    expect(value('NUGET_PAT')).toBe(pat.reveal());
    second = { ...group, id: 43 };
    expect((await failureOf(open().prepare())).message).toContain('is ambiguous: groups 42 and 43 both have this name');
  });

  test('of the projects is their ids, which are requested by name and sent', async () => {
    show((shown) => ({
      ...shown,
      variableGroupProjectReferences: group.references.map(({ name, project }) => ({
        name,
        projectReference: { name: project.name },
      })),
    }));
    await writePat();
    expect(references()).toEqual(['My Wiki', 'Tools']);
    const { body } = bench.sandbox.requests.findLast(({ method }) => method === 'PUT') ?? { body: '{}' };
    expect(JSON.parse(body).variableGroupProjectReferences).toMatchObject(
      group.references.map(({ project }) => ({ projectReference: { id: project.id } })),
    );
  });

  test('of the projects is their names, and their ids suffice', async () => {
    show((shown) => ({
      ...shown,
      variableGroupProjectReferences: group.references.map(({ name, project }) => ({
        name,
        projectReference: { id: project.id },
      })),
    }));
    await writePat();
    expect(references()).toEqual(['My Wiki', 'Tools']);
    expect(bench.requests().some((request) => request.includes('/_apis/projects/'))).toBe(false);
  });

  test('of a group that no other project uses is its project, which is requested by the name in the destination', async () => {
    group.references = group.references.slice(0, 1);
    show((shown) => ({ ...shown, variableGroupProjectReferences: null, isShared: false }));
    await writePat();
    expect(references()).toEqual(['Tools']);
    const { body } = bench.sandbox.requests.findLast(({ method }) => method === 'PUT') ?? { body: '{}' };
    expect(JSON.parse(body).variableGroupProjectReferences).toMatchObject([
      { name: 'builds', projectReference: { id: group.references[0]?.project.id } },
    ]);
  });

  test('of the answer to the write is read afterwards', async () => {
    show((shown, path) => (path.includes('/Tools/') ? shown : { name: shown.name }));
    group.modifiedOn -= 60_000;
    await writePat();
    expect(value('NUGET_PAT')).toBe(pat.reveal());
  });

  test('a write that no later read shows fails', async () => {
    group.variables.set('NUGET_PAT', { value: 'old', isSecret: true, isReadOnly: false });
    bench.failOn('PUT', 'every', { kind: 'status', status: 200, body: {} });
    expect(await failureOf(writePat(), pat)).toMatchObject({ code: 'unexpected-response', mayHaveActed: true });
    expect(value('NUGET_PAT')).toBe('old');
  });

  test('a project that the service takes away is reported by name', async () => {
    bench.sandbox.onAnswered = ({ method }) => {
      if (method === 'PUT') group.references = group.references.filter(({ project }) => project.name === 'Tools');
    };
    const failure = await failureOf(writePat(), pat);
    expect(failure).toMatchObject({ code: 'destination-failed', mayHaveActed: true });
    expect(failure.message).toContain('the project "My Wiki" disappeared');
  });
});

describe('a conflict', () => {
  test.each([409, 412])('(%i) that passes leads to a new read and a new write', async (status) => {
    bench.failOn('PUT', 1, { kind: 'status', status, body: { message: 'The group was changed.' } });
    await writePat();
    expect(value('NUGET_PAT')).toBe(pat.reveal());
  });

  test.each([409, 412])('(%i) that lasts is reported in the words of the service', async (status) => {
    bench.failOn('PUT', 'every', { kind: 'status', status, body: { message: 'The group was changed.' } });
    const failure = await failureOf(writePat(), pat);
    expect(failure).toMatchObject({ code: 'destination-failed', mayHaveActed: false });
    expect(failure.message).toContain('The group was changed');
  });
});

describe('the last check of a run', () => {
  test('stores again what somebody with an older copy of the group removed', async () => {
    const store = open();
    await writePat(store);
    group.variables.delete('NUGET_PAT');
    await store.confirm?.();
    expect(value('NUGET_PAT')).toBe(pat.reveal());
  });

  test('checks that a value which it stored again still works, and reports one that does not (I11)', async () => {
    const store = open();
    const dead = new Failure('verification-failed', { what: 'Rotating', why: 'it no longer works' });
    const proveAlive = () => Promise.reject(dead);
    await store.write(pat, { ...about, proveAlive });
    await store.confirm?.();
    group.variables.delete('NUGET_PAT');
    expect(await failureOf(store.confirm?.() ?? Promise.resolve(), pat)).toBe(dead);
  });

  test('is one request if nothing is missing, whatever somebody added or changed', async () => {
    const store = open();
    await writePat(store);
    group.variables.set('later', { value: 'new', isSecret: false, isReadOnly: false });
    group.variables.set('feed', { value: 'new', isSecret: false, isReadOnly: false });
    const before = bench.requests().length;
    await store.confirm?.();
    expect(bench.requests()).toHaveLength(before + 1);
  });

  test('reports what else was lost', async () => {
    const store = open();
    await writePat(store);
    group.variables.delete('NUGET_PAT');
    group.variables.delete('Signing');
    const failure = await failureOf(store.confirm?.() ?? Promise.resolve(), pat);
    expect(failure).toMatchObject({ code: 'destination-failed', mayHaveActed: true });
    expect(failure.message).toContain('"Signing" disappeared');
    expect(value('NUGET_PAT')).toBe(pat.reveal());
  });

  test('sends nothing if nothing was written', async () => {
    const store = open();
    await store.prepare();
    const before = bench.requests().length;
    await store.confirm?.();
    expect(bench.requests()).toHaveLength(before);
  });
});

describe('a fault', () => {
  test.each(passingFaults)('that passes (%o) does not stop the write', async (fault) => {
    for (const method of ['GET', 'PUT']) {
      bench.failOn(method, 1, fault);
      await writePat();
      expect(value('NUGET_PAT')).toBe(pat.reveal());
    }
    expect(value('Signing')).toBe('sign-secret');
  });

  test.each(lastingFaults)('that lasts (%o) leaves open what the group holds', async (fault, code) => {
    bench.failOn('PUT', 'every', fault);
    expect(await failureOf(writePat(), pat)).toMatchObject({ code, mayHaveActed: true });
  });

  test('of the write is remembered if a refusal follows', async () => {
    bench.failOn('PUT', 1, { kind: 'reset-after' });
    bench.sandbox.onAnswered = ({ method }) => {
      if (method === 'PUT') group.administrator = false;
    };
    expect(await failureOf(writePat(), pat)).toMatchObject({ code: 'destination-denied', mayHaveActed: true });
    expect(value('NUGET_PAT')).toBe(pat.reveal());
  });

  test('of the read before the write does not mean that the group holds the value', async () => {
    const store = open();
    await store.prepare();
    bench.failOn('GET', 'every', { kind: 'reset-after' });
    expect(await failureOf(store.write(pat, about), pat)).toMatchObject({ code: 'network', mayHaveActed: false });
  });

  test('of the read after the write means that the group may hold the value', async () => {
    const store = open();
    await store.prepare();
    bench.sandbox.fault = ({ method }) =>
      method === 'GET' && value('NUGET_PAT') !== undefined ? { kind: 'reset-before' } : undefined;
    expect(await failureOf(store.write(pat, about), pat)).toMatchObject({ code: 'network', mayHaveActed: true });
    expect(value('NUGET_PAT')).toBe(pat.reveal());
  });
});
