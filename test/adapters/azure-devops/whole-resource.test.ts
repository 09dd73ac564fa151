import { expect, test } from '@jest/globals';
import { serviceConnectionStore } from '../../../src/adapters/azure-devops/service-connection-store.ts';
import { variableGroupStore } from '../../../src/adapters/azure-devops/variable-group-store.ts';
import type { Http } from '../../../src/adapters/http/types.ts';
import type { Store } from '../../../src/core/ports.ts';
import type {
  ServiceConnectionSecret,
  VariableGroupVariable,
} from '../../../src/core/request/destination/destination.ts';
import { Secret } from '../../../src/core/secret.ts';
import { parseDestinations } from '../../destinations.ts';
import { answerOf, scriptedHttp } from '../http/scripted-http.ts';

/** This many projects that use a resource, each without its id. */
function projects(count: number): object[] {
  return Array.from({ length: count }, (_, at) => ({ name: 'builds', projectReference: { name: `Project ${at}` } }));
}

function open(line: string, http: Http): Store {
  const [destination] = parseDestinations(line, { organization: 'contoso' }).destinations;
  const options = { http, organization: 'contoso', accessToken: async () => new Secret('a token of Entra') };
  return line.includes('group')
    ? variableGroupStore({ ...options, destination: destination as VariableGroupVariable })
    : serviceConnectionStore({ ...options, destination: destination as ServiceConnectionSecret });
}

const group = {
  id: 42,
  name: 'builds',
  type: 'Vsts',
  description: '',
  variables: { A: { value: 'a' } },
  isShared: true,
};
const connection = {
  id: '6b1fd1a0-0000-4000-8000-00000000abcd',
  name: 'builds',
  type: 'generic',
  url: 'https://example.com/',
  description: '',
  owner: 'library',
  isShared: true,
  data: {},
  authorization: { scheme: 'UsernamePassword', parameters: { username: 'a', password: null } },
};

test.each([
  [
    'azure-devops-variable-group:Tools/42/NUGET_PAT',
    (references: object[]) => ({ ...group, variableGroupProjectReferences: references }),
  ],
  [
    `azure-devops-service-connection:Tools/${connection.id}`,
    (references: object[]) => ({ ...connection, serviceEndpointProjectReferences: references }),
  ],
])('a list of projects of %s without ids and without an end is given up', async (line, resourceOf) => {
  const named = answerOf({ id: '1f2e3d4c-0000-4000-8000-000000000001', name: 'Project' });
  const few = scriptedHttp([answerOf(resourceOf(projects(3))), ...Array(3).fill(named)]);
  await open(line, few).prepare();
  expect(few.requests).toHaveLength(4);
  const many = scriptedHttp([answerOf(resourceOf(projects(50_000))), ...Array(1000).fill(named)]);
  await expect(open(line, many).prepare()).rejects.toMatchObject({
    code: 'unexpected-response',
    why: expect.stringContaining('takes more than 500 requests'),
    mayHaveActed: false,
  });
  expect(many.requests).toHaveLength(501);
  expect(many.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
});
