import { Secret } from '../core/secret.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Variables that hold a secret in every job: inputs, secret variables, connections, tickets of secure files. */
const secretNames =
  /^(?:INPUT_|SECRET_|ENDPOINT_AUTH_(?!SCHEME_)|SECUREFILE_TICKET_|SYSTEM_ACCESSTOKEN$|VSTS_TASKVARIABLE_)/iu;

/**
 * Parameters of connections that are not secret: the agent doesn't mask them either (microsoft/azure-pipelines-agent,
 * `MaskingUtil`), except for those of a federation.
 */
const openParameters =
  /^ENDPOINT_AUTH_PARAMETER_.+_(?:TENANTID|(?:AUTHENTICATION|AUTHORIZATION|ACCESSTOKEN)TYPE|ACCESSTOKENFETCHINGMETHOD|AUDIENCE|ISSUEDAT|EXPIRESAT|SCOPE|ROLE|WORKLOADIDENTITYFEDERATION\w+)$/iu;

/** The secrets in the environment of a step: the job's secret variables and the secrets of its connections. */
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
 * Removes every secret from the environment, so that no code that runs later finds one there. It also removes variables
 * that hold a secret in another form, or with other text, such as `Bearer $(TOKEN)` in the `env:` of a step.
 * @param holdsSecret whether a text contains a masked secret. It doesn't know secrets that are too short for a mask
 */
export function forgetSecrets(environment: NodeJS.ProcessEnv, holdsSecret: (text: string) => boolean): void {
  const secrets = new Set(secretsIn(environment).map((secret) => secret.reveal()));
  for (const [name, value = ''] of Object.entries(environment)) {
    if (secretNames.test(name) || secrets.has(value.trim()) || holdsSecret(value)) delete environment[name];
  }
}

/** Whether a value is a secret variable of the job, or a part of one. */
export function isSecretVariable(environment: Environment, value: string): boolean {
  return Object.entries(environment).some(
    ([name, variable = '']) => /^SECRET_/iu.test(name) && variable.includes(value.trim()),
  );
}
