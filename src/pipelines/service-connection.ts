import type { InputName, RawInputs } from '../core/interface.ts';
import { trimEnd } from '../core/trim-end.ts';
import type { HostProblem } from '../shell/host.ts';
import { serviceConnection } from './interface.ts';

type Environment = Readonly<Record<string, string | undefined>>;

interface ConnectionInputs {
  /** The inputs, completed from the connection. */
  readonly raw: RawInputs;
  readonly problems: readonly HostProblem[];
  /** Id of a connection with workload identity federation: the agent's server signs an assertion for it. */
  readonly federated?: string;
}

const guid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/iu;

/**
 * Reads app registration, tenant, authority and credential from an Azure Resource Manager connection. The parameters
 * have the names that in-box tasks read (microsoft/azure-pipelines-tasks-common-packages, `azure-arm-rest`).
 */
export function readServiceConnection(given: string, raw: RawInputs, environment: Environment): ConnectionInputs {
  const id = given.trim().toLowerCase();
  if (id === '') return { raw, problems: [] };
  const parameter = (name: string): string => (environment[`ENDPOINT_AUTH_PARAMETER_${id}_${name}`] ?? '').trim();
  const data = (name: string): string => (environment[`ENDPOINT_DATA_${id}_${name}`] ?? '').trim();
  const scheme = (environment[`ENDPOINT_AUTH_SCHEME_${id}`] ?? '').toLowerCase();
  const refused = (text: string): ConnectionInputs => ({
    raw,
    problems: [{ input: serviceConnection, text, covers: ['client-id'] }],
  });
  if (!guid.test(id) || scheme === '') {
    return refused(
      'the agent handed over no connection of this name; write the name of an Azure Resource Manager connection that this pipeline may use',
    );
  }
  if (scheme === 'managedserviceidentity') {
    return refused(
      'it is the connection of a managed identity, and no refresh token is issued to one; use a connection with workload identity federation, a secret or a certificate',
    );
  }
  const clientId = parameter('SERVICEPRINCIPALID');
  if ((scheme !== 'workloadidentityfederation' && scheme !== 'serviceprincipal') || clientId === '') {
    return refused(
      'it holds no app registration; use a connection with workload identity federation, a secret or a certificate',
    );
  }
  const own: Partial<Record<InputName, string>> = {
    'client-id': clientId,
    'tenant-id': parameter('TENANTID'),
    'authority-host': authorityOf(data('ENVIRONMENTAUTHORITYURL') || data('ACTIVEDIRECTORYAUTHORITY')),
  };
  const problems = contradictions(raw, own);
  if (scheme === 'workloadidentityfederation') {
    return { raw: { ...raw, ...filledIn(own), 'federated-credential': 'true' }, problems, federated: id };
  }
  const certificate = parameter('AUTHENTICATIONTYPE').toLowerCase() === 'spncertificate';
  const name = certificate ? 'client-certificate' : 'client-secret';
  const credential = parameter(certificate ? 'SERVICEPRINCIPALCERTIFICATE' : 'SERVICEPRINCIPALKEY');
  if (credential === '') return refused(`it holds no ${certificate ? 'certificate' : 'secret'}; enter it again`);
  return { raw: { ...raw, ...filledIn(own), [name]: credential }, problems };
}

/** The origin of the authority. In a connection it ends with a slash, and may name a tenant. */
function authorityOf(text: string): string {
  return URL.parse(text)?.origin ?? text;
}

function filledIn(own: Partial<Record<InputName, string>>): Partial<Record<InputName, string>> {
  return Object.fromEntries(Object.entries(own).filter(([, value]) => value !== ''));
}

/** Problems of inputs that contradict the connection. A refresh token is bound to the app that it was issued to. */
function contradictions(raw: RawInputs, own: Partial<Record<InputName, string>>): HostProblem[] {
  const problems: HostProblem[] = [];
  for (const name of ['client-id', 'tenant-id', 'authority-host'] as const) {
    const wanted = trimEnd((raw[name] ?? '').trim().toLowerCase(), /\//u);
    const is = (own[name] ?? '').toLowerCase();
    // A domain can't be compared with the GUID that the connection has.
    const comparable = name !== 'tenant-id' || guid.test(wanted);
    if (wanted === '' || is === '' || !comparable || wanted === is) continue;
    problems.push({ input: name, text: 'the service connection has another one; leave this input out' });
  }
  for (const name of ['client-secret', 'client-certificate'] as const) {
    if ((raw[name] ?? '').trim() === '') continue;
    problems.push({ input: name, text: 'the service connection holds the credential; leave this input out' });
  }
  return problems;
}
