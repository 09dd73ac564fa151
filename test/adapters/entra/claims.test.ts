import { expect, test } from '@jest/globals';
import { readClaims } from '../../../src/adapters/entra/claims.ts';

const token = (payload: string): string => `e30.${Buffer.from(payload).toString('base64url')}.sig`;
const nothing = {
  audience: undefined,
  identityType: undefined,
  objectId: undefined,
  tenant: undefined,
  principalName: undefined,
  names: [],
  scopes: [],
};

test('reads all claims of an access token', () => {
  const payload = {
    aud: 'api',
    idtyp: 'user',
    oid: 'object',
    tid: 'tenant',
    upn: 'a@contoso.com',
    unique_name: 'a@contoso.com',
    preferred_username: 'b@contoso.com',
    email: 'c@contoso.com',
    scp: 'vso.pats  vso.pats_manage',
  };
  expect(readClaims(token(JSON.stringify(payload)))).toEqual({
    audience: 'api',
    identityType: 'user',
    objectId: 'object',
    tenant: 'tenant',
    principalName: 'a@contoso.com',
    names: ['a@contoso.com', 'b@contoso.com', 'c@contoso.com'],
    scopes: ['vso.pats', 'vso.pats_manage'],
  });
});

test.each([['opaque'], [''], ['a.b.c'], [token('null')], [token('"text"')]])('reads nothing from %j', (text) => {
  expect(readClaims(text)).toEqual(nothing);
});

test.each(['{}', '{"upn":7,"oid":""}', '{"aud":["api"],"tid":["tenant"]}', '{"aud":7}', '{"aud":""}', '{"aud":null}'])(
  'a readable token with %j names no user and no resource',
  (payload) => {
    expect(readClaims(token(payload))).toEqual({ ...nothing, audience: '' });
  },
);

test('the id token says who signed in, and nothing about the resource of the access token', () => {
  const id = { aud: 'client', email: 'c@contoso.com', scp: 'all', oid: 'object', tid: 'tenant', upn: 'a@contoso.com' };
  expect(readClaims('opaque', id)).toEqual({
    ...nothing,
    objectId: 'object',
    tenant: 'tenant',
    principalName: 'a@contoso.com',
    names: ['a@contoso.com'],
  });
});
