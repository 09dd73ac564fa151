import { Secret } from '../core/secret.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Variables that hold a secret, whatever the job is: inputs, secret variables, connections, tickets of secure files. */
const secretNames =
  /^(?:INPUT_|SECRET_|ENDPOINT_AUTH_(?!SCHEME_)|SECUREFILE_TICKET_|SYSTEM_ACCESSTOKEN$|VSTS_TASKVARIABLE_)/iu;

/** The agent's own names for values that are no secret although they stand among them. */
const openParameters =
  /^ENDPOINT_AUTH_PARAMETER_.+_(?:TENANTID|AUTHENTICATIONTYPE|SCOPE|ROLE|WORKLOADIDENTITYFEDERATION\w+)$/iu;

/** What the environment of a step holds: secret variables of the job, by value, and the secrets of its connections. */
export function secretsIn(environment: Environment): Secret[] {
  const values = new Set<string>();
  for (const [name, value = ''] of Object.entries(environment)) {
    const secret =
      /^SECRET_/iu.test(name) || /^ENDPOINT_AUTH_PARAMETER_/iu.test(name) || /^SYSTEM_ACCESSTOKEN$/iu.test(name);
    if (secret && !openParameters.test(name) && value.trim() !== '') values.add(value.trim());
  }
  return [...values].map((value) => new Secret(value));
}

/**
 * Takes every secret out of the environment once it was read: nothing that is started or loaded later finds one there. A
 * variable that holds a secret in another form, or beside other text, goes too: the `env:` of a step may make
 * `Bearer $(TOKEN)` of one.
 * @param holdsSecret whether a text has one of the masked secrets in it; those that are too short for a mask it doesn't know
 */
export function forgetSecrets(environment: NodeJS.ProcessEnv, holdsSecret: (text: string) => boolean): void {
  const secrets = new Set(secretsIn(environment).map((secret) => secret.reveal()));
  for (const [name, value = ''] of Object.entries(environment)) {
    if (secretNames.test(name) || secrets.has(value.trim()) || holdsSecret(value)) delete environment[name];
  }
}

/** Whether a value is one of the secret variables of the job, or a part of one. */
export function isSecretVariable(environment: Environment, value: string): boolean {
  return Object.entries(environment).some(
    ([name, variable = '']) => /^SECRET_/iu.test(name) && variable.includes(value.trim()),
  );
}
