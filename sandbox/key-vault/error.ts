import { type Answer, json } from '../network/answer.ts';

/** The error body of Key Vault. */
export function failure(
  status: number,
  code: string,
  message: string,
  more: { readonly inner?: string; readonly headers?: Answer['headers'] } = {},
): Answer {
  const inner = more.inner === undefined ? {} : { innererror: { code: more.inner } };
  return json(status, { error: { code, message, ...inner } }, more.headers);
}

const texts: Readonly<Record<string, string>> = {
  ForbiddenByFirewall:
    'Client address is not authorized and caller is not a trusted service.\r\nClient address: 203.0.113.42',
  ForbiddenByRbac:
    'Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role ' +
    "definitions were changed recently, please observe propagation time.\r\nAction: 'Microsoft.KeyVault/vaults/secrets/setSecret/action'",
  ForbiddenByPolicy:
    'The user, group or application does not have secrets set permission on the key vault. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287',
  AccessDenied: 'Access denied to first party service.',
};

export function forbidden(inner: string): Answer {
  return failure(403, 'Forbidden', texts[inner] ?? 'Operation is not allowed.', { inner });
}

const codes: Readonly<Record<number, string>> = {
  400: 'BadParameter',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'SecretNotFound',
  409: 'Conflict',
  429: 'Throttled',
  503: 'ServiceUnavailable',
};

export function typicalFailure(status: number): Answer {
  const code = codes[status] ?? 'InternalError';
  return failure(
    status,
    code,
    status === 429 ? 'Request was not processed because too many requests were received.' : 'The request failed.',
  );
}
