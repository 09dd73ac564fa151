import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectionIssuer } from '../adapters/entra/connection-assertion.ts';
import { githubApiUrlOf } from '../adapters/github-environment.ts';
import { Failure } from '../core/failure.ts';
import type { RawInputs } from '../core/interface.ts';
import { Secret } from '../core/secret.ts';
import type { HostProblem, StepHost } from '../shell/host.ts';
import { stepLog } from '../shell/step-log.ts';
import { advise } from './advice.ts';
import { authoritiesOf } from './certificate-authorities.ts';
import { refuseUnsafeBuild } from './event.ts';
import { readInputs } from './inputs.ts';
import { camelCase, serviceConnection, spellingOf } from './interface.ts';
import { type CommandEvent, command } from './logging-command.ts';
import { Masks } from './mask.ts';
import { proxySettings } from './proxy-settings.ts';
import { agentOf, organizationOf, runOf } from './run-identity.ts';
import { forgetSecrets, secretsIn } from './secret-variables.ts';
import { readServiceConnection } from './service-connection.ts';
import { justInTime, savedJustInTime } from './task-state.ts';

/**
 * The longest output variable in characters. Each variable becomes part of the environment of every later step, where
 * Windows allows 32,766 characters for each and Linux 128 KiB.
 */
const longestVariable = 30_000;

interface PipelinesStep {
  readonly raw: RawInputs;
  readonly host: StepHost;
  /** Remarks about the inputs. The step itself reports them once. */
  readonly warnings: readonly string[];
}

/** The host of a task in Azure Pipelines. It reads the secrets and removes them from the environment. */
export function pipelinesStep(process: NodeJS.Process): PipelinesStep {
  const env = { ...process.env };
  const write = (text: string): void => {
    process.stdout.write(text);
  };
  const send = (event: CommandEvent, properties: Readonly<Record<string, string>>, data: string): void =>
    write(command(event, properties, data));
  const masks = new Masks(write);
  const given = readInputs(env);
  const connection = readServiceConnection(given.connection, given.raw, env);
  const { 'refresh-token': refreshToken, 'client-secret': clientSecret, 'client-certificate': pem } = connection.raw;
  const own = [refreshToken, clientSecret, pem, connection.raw['github-token']].map(
    (value) => new Secret(value?.trim() ?? ''),
  );
  masks.addAll([...own, ...secretsIn(env)]);
  forgetSecrets(process.env, (text) => masks.redact(text) !== text);

  const spell = spellingOf(given.raw);
  const log = stepLog(
    {
      debugging: (env.SYSTEM_DEBUG ?? '').toLowerCase() === 'true',
      debug: (line) => send('debug', {}, line),
      info: (line) => write(`${spell(line)}\n`),
      notice: (line) => write(`${spell(line)}\n`),
      warning: (line) => send('logissue', { type: 'warning' }, spell(line)),
    },
    masks,
  );

  const organization = organizationOf(env);
  const oidc = connection.federated === undefined ? undefined : oidcSource(env, connection.federated);
  const problems = [...given.problems, ...connection.problems];
  if (connection.federated !== undefined && oidc === undefined) problems.push(noAssertion(env));
  const raw = { ...connection.raw };
  if ((raw.organization ?? '').trim() === '' && organization !== undefined) raw.organization = organization;

  // Setting the variable replaces what an earlier try of this step saved, so all of it is saved again.
  const justInTimePats = savedJustInTime(env);
  const folder = (): string => mkdtempSync(join(env.AGENT_TEMPDIRECTORY || tmpdir(), 'azure-devops-pat-'));
  const setVariable = (name: string, value: string, secret: boolean): void =>
    send('setvariable', { variable: name, isoutput: 'true', ...(secret ? { issecret: 'true' } : {}) }, value);
  const outputs = new Map<string, string>();
  const agentSkipsCertificates = (env.AGENT_SKIPCERTVALIDATION ?? '').toLowerCase() === 'true';

  const host: StepHost = {
    process,
    log,
    redact: (text) => masks.redact(text),
    userAgent: 'azure-devops-pat-task',
    workspace: env.BUILD_SOURCESDIRECTORY || env.SYSTEM_DEFAULTWORKINGDIRECTORY || undefined,
    repository: env.BUILD_REPOSITORY_PROVIDER === 'GitHub' ? env.BUILD_REPOSITORY_NAME : undefined,
    project:
      organization !== undefined && env.SYSTEM_TEAMPROJECT ? { organization, name: env.SYSTEM_TEAMPROJECT } : undefined,
    workflow: undefined,
    problems,
    spell,
    run: runOf(env),
    program: agentOf(env),
    programNote: undefined,
    oidc,
    githubApiUrl: githubApiUrlOf({}),
    proxy: proxySettings(env, (pattern) =>
      log.debug(`The bypass expression "${pattern}" of the agent's proxy can't be read and is left out.`),
    ),
    authorities: () => authoritiesOf(env),
    refuseUnsafeEvent: (inputs) => refuseUnsafeBuild(env, inputs['allow-unsafe-events'] ?? ''),
    advise: (failure) => advise(failure, { connected: given.connection !== '', agentSkipsCertificates }),
    prepareOutputs: () => {},
    output(name, value) {
      const variable = camelCase(name);
      // Outputs that are set during the run are set again at its end. An agent that refuses one would warn twice.
      if (outputs.get(variable) === value) return;
      outputs.set(variable, value);
      if (value.length <= longestVariable) {
        // JSON has no line ends. Any other text is shown as one line.
        setVariable(variable, value.replace(/[\r\n]+/gu, ' '), false);
        return;
      }
      const file = join(folder(), `${variable}.json`);
      writeFileSync(file, masks.redact(value));
      setVariable('file', file, false);
      log.warning(
        `The output ${variable} has ${value.length} characters, and a variable of more than ${longestVariable} breaks later steps. Its value is in the file that the output variable "file" names: ${file}`,
      );
    },
    outputSecret(name, secret) {
      const value = secret.reveal();
      // The agent refuses a secret of several lines, and prints it in its error.
      if (/[\r\n]/u.test(value)) {
        throw new Failure('unexpected-response', {
          what: `Setting the output ${camelCase(name)}`,
          why: 'the value has several lines, which no secret variable can hold',
          hint: 'Please report it with the debug log, which does not show the value.',
        });
      }
      masks.add(secret);
      setVariable(camelCase(name), value, true);
    },
    longestOutput: Number.POSITIVE_INFINITY,
    saveJustInTime({ authorizationId, validTo }) {
      justInTimePats.push({ organization: raw.organization, authorizationId, validTo });
      send('settaskvariable', { variable: justInTime }, JSON.stringify(justInTimePats));
    },
    fail(code, message) {
      send('logissue', { type: 'error', code }, message);
      send('complete', { result: 'Failed' }, '');
    },
    async writeSummary(markdown) {
      try {
        const file = join(folder(), 'Azure DevOps PAT.md');
        writeFileSync(file, markdown);
        send('uploadsummary', {}, file);
      } catch {
        // If there is no summary, the step goes on: the log and the outputs say the same.
      }
    },
    finish: log.finish,
  };
  return { raw, host, warnings: given.warnings };
}

/**
 * The problem of a job that can't ask for an assertion: some agents and servers hand over no address or no token for
 * it.
 */
function noAssertion({ SYSTEM_OIDCREQUESTURI: url }: NodeJS.ProcessEnv): HostProblem {
  const absent = url
    ? 'no token of the job (System.AccessToken)'
    : 'no address for OIDC tokens (System.OidcRequestUri)';
  return {
    input: serviceConnection,
    text: `the agent handed over ${absent}, so this job cannot ask for its assertion; use a connection with a secret or a certificate here`,
    covers: ['federated-credential'],
  };
}

/** The address for the assertion of the connection; undefined if the agent's server has none. */
function oidcSource(env: NodeJS.ProcessEnv, connection: string): StepHost['oidc'] {
  const url = env.SYSTEM_OIDCREQUESTURI;
  const token = env.ENDPOINT_AUTH_PARAMETER_SYSTEMVSSCONNECTION_ACCESSTOKEN || env.SYSTEM_ACCESSTOKEN;
  const issuer = connectionIssuer(connection);
  return url && token
    ? { url, token: new Secret(token), domains: ['dev.azure.com', 'visualstudio.com'], issuer }
    : undefined;
}
