import { isTransientStatus } from '../../core/answers/http-status.ts';
import { readJson, readObject } from '../../core/answers/json.ts';
import { Failure, toFailure } from '../../core/failure.ts';
import type { SecretMetadata, Store, StoredValue } from '../../core/ports.ts';
import type { VariableGroupVariable } from '../../core/request/destination.ts';
import { quoteForeign, toSafeLine } from '../../core/sanitize.ts';
import type { Secret } from '../../core/secret.ts';
import type { Http, HttpAnswer } from '../http/http.ts';
import { sendRepeatedWrite } from '../http/repeated-write.ts';
import type { RunExclusive } from '../keyed-mutex.ts';
import {
  compare,
  hasSecretVariable,
  readVariableGroup,
  type VariableGroup,
  type VariableGroupParameters,
  withVariable,
} from './variable-group.ts';
import { type GroupRequest, groupFailure, groupNotFound } from './variable-group-error.ts';

export interface VariableGroupStoreOptions {
  readonly http: Http;
  /** An Entra access token for Azure DevOps; the one for the PAT API will do. */
  readonly accessToken: () => Promise<Secret>;
  readonly organization: string;
  readonly destination: VariableGroupVariable;
  /** Keeps writes of one group apart that would undo each other; the stores of a run share it. */
  readonly runExclusive?: RunExclusive;
}

const apiVersion = '7.1';

/** How often the group is read, changed and written before somebody else's changes are too many. */
const rounds = 3;

function isSuccess({ status }: HttpAnswer): boolean {
  // 203 is how a page to sign in arrives.
  return status >= 200 && status < 300 && status !== 203;
}

function isUnusable(answer: HttpAnswer): boolean {
  return (
    isTransientStatus(answer.status) || (isSuccess(answer) && readVariableGroup(readJson(answer.text)) === undefined)
  );
}

function list(names: Iterable<string>): string {
  return [...names].map((name) => `"${quoteForeign(name)}"`).join(', ');
}

class VariableGroupStore implements Store {
  readonly name: string;
  /** A pipeline run copies the variables as it is created (https://learn.microsoft.com/azure/devops/pipelines/library/variable-groups). */
  readonly readWhenQueued = true;
  readonly #options: VariableGroupStoreOptions;
  readonly #called: string;
  #id: number | undefined;

  constructor(options: VariableGroupStoreOptions) {
    const { project, group, text } = options.destination;
    this.name = text;
    this.#options = options;
    this.#called = toSafeLine(
      `variable group ${'id' in group ? group.id : `"${group.name}"`} of project "${project}" in ${options.organization}`,
    );
  }

  /** Finds the group. Whether the user may change it shows only when it is changed: the service has no dry run. */
  async prepare(): Promise<void> {
    await this.#find(`Checking ${toSafeLine(this.name)}`);
  }

  /** The service tells of no secret variable since when it has its value. */
  async inspect(): Promise<StoredValue> {
    const group = await this.#findGroup(`Looking at ${toSafeLine(this.name)}`);
    return { exists: hasSecretVariable(group, this.#options.destination.variable) };
  }

  async write(value: Secret, { deadline }: SecretMetadata): Promise<void> {
    const what = `Storing in ${toSafeLine(this.name)}`;
    const { runExclusive = (_key, step) => step(), organization } = this.#options;
    const id = await this.#find(what);
    await runExclusive(`${organization}/${id}`, () => this.#replace(id, value, { what, deadline }));
  }

  /**
   * Reads, changes and writes the whole group, then looks at what became of it: the service has no versions, so somebody
   * else may have saved in between. What was overwritten between the read and the write shows nowhere; what somebody
   * with an older copy overwrote afterwards does, and is written again.
   */
  async #replace(id: number, value: Secret, about: Writing): Promise<void> {
    const { what } = about;
    const { variable, project } = this.#options.destination;
    const seen = new Set<string>();
    let stored = false;
    try {
      for (let round = 1; ; round++) {
        const group = await this.#read(id, what);
        const sent = withVariable(group, variable, value.reveal(), project);
        await this.#put(id, sent, about);
        stored = true;
        const found = await this.#read(id, what);
        const { missing, gone, changed } = compare(sent, found, variable);
        for (const name of gone) seen.add(name);
        const settled = !missing && gone.length === 0 && changed.length === 0;
        if (!settled && round < rounds) continue;
        const lost = compare(
          { variables: Object.fromEntries([...seen].map((name) => [name, {}])) },
          found,
          variable,
        ).gone;
        if (settled && lost.length === 0) return;
        throw this.#unsettled({ missing, lost, changed }, what);
      }
    } catch (thrown) {
      const failure = toFailure(thrown, what);
      throw stored && !failure.mayHaveActed ? failure.with({ mayHaveActed: true }) : failure;
    }
  }

  #unsettled(
    { missing, lost, changed }: { missing: boolean; lost: readonly string[]; changed: readonly string[] },
    what: string,
  ): Failure {
    const { variable } = this.#options.destination;
    const told = [
      missing && `"${quoteForeign(variable)}" is not there as a secret`,
      lost.length > 0 && `${list(lost)} disappeared`,
      changed.length > 0 && `${list(changed)} changed`,
    ];
    return new Failure('destination-failed', {
      what,
      why: `somebody else saves ${this.#called} at the same time, and after the write ${told.filter(Boolean).join(', ')}`,
      hint: [
        lost.length > 0 && `Unless they were deleted on purpose, add ${list(lost)} to the group again.`,
        'Keep runs that write to one group apart (a concurrency group), then run again.',
      ]
        .filter(Boolean)
        .join(' '),
      mayHaveActed: true,
    });
  }

  async #find(what: string): Promise<number> {
    return this.#id ?? (await this.#findGroup(what)).id;
  }

  async #findGroup(what: string): Promise<VariableGroup> {
    const { group: wanted } = this.#options.destination;
    const group = 'id' in wanted ? await this.#read(wanted.id, what) : await this.#search(wanted.name, what);
    if (group.type.toLowerCase() === 'azurekeyvault') {
      throw new Failure('destination-failed', {
        what,
        why: `${this.#called} mirrors a key vault, and values can't be stored in a mirror`,
        hint: 'Store in the vault itself: azure-key-vault:VAULT/NAME.',
      });
    }
    this.#id = group.id;
    return group;
  }

  /** The service takes `*` in a name for anything, so its answer is only a preselection. */
  async #search(name: string, what: string): Promise<VariableGroup> {
    const answer = await this.#get(`?groupName=${encodeURIComponent(name)}&api-version=${apiVersion}`, what);
    const value = readObject(answer.text)?.value;
    if (!isSuccess(answer) || !Array.isArray(value)) throw groupFailure(answer, this.#request(what));
    const groups = value.map(readVariableGroup).filter((group) => group !== undefined);
    const [found, second] = groups.filter((group) => group.name === name);
    if (found && !second) return found;
    if (found && second) {
      throw new Failure('destination-failed', {
        what,
        why: `${this.#called} is the name of several groups: ${found.id} and ${second.id}`,
        hint: 'Name the group by its id.',
      });
    }
    const similar = groups.filter((group) => group.name.toLowerCase() === name.toLowerCase());
    const others = similar.length > 0 ? `; there is ${list(similar.map((group) => group.name))}` : '';
    throw groupNotFound(this.#request(what), `no group has exactly this name${others}`);
  }

  async #read(id: number, what: string): Promise<VariableGroup> {
    const answer = await this.#get(`/${id}?api-version=${apiVersion}`, what);
    const group = isSuccess(answer) ? readVariableGroup(readJson(answer.text)) : undefined;
    if (group) return group;
    // An unknown id may get a success that holds nothing (Terraform's provider for Azure DevOps looks for both).
    if (isSuccess(answer) && isEmpty(answer)) throw groupNotFound(this.#request(what), 'the answer is empty');
    throw groupFailure(answer, this.#request(what));
  }

  async #get(rest: string, what: string): Promise<HttpAnswer> {
    const { http, organization, destination } = this.#options;
    const project = encodeURIComponent(destination.project);
    const request = {
      method: 'GET',
      url: `https://dev.azure.com/${organization}/${project}/_apis/distributedtask/variablegroups${rest}`,
      headers: await this.#headers(),
      what,
      idempotent: true,
      // Half a success helps nobody, least of all after the write.
      isRetryable: (answer: HttpAnswer) =>
        answer.status === 200 && readJson(answer.text) === undefined && !isEmpty(answer),
    } as const;
    return http.send(request).catch((thrown: unknown) => {
      // A read leaves nothing behind, however it was lost.
      throw toFailure(thrown, what).with({ mayHaveActed: false });
    });
  }

  async #put(id: number, group: VariableGroupParameters, { what, deadline }: Writing): Promise<void> {
    const { http, organization } = this.#options;
    const request = {
      method: 'PUT',
      // Since version 6.0 of the API the projects are in the body, and none is in the address.
      url: `https://dev.azure.com/${organization}/_apis/distributedtask/variablegroups/${id}?api-version=${apiVersion}`,
      headers: { ...(await this.#headers()), 'content-type': 'application/json' },
      body: JSON.stringify(group),
      what,
      deadline,
    } as const;
    const { answer, mayHaveActed } = await sendRepeatedWrite(http, request, isUnusable);
    if (isSuccess(answer) && !isUnusable(answer)) return;
    const failure = groupFailure(answer, { ...this.#request(what), writes: true, mayHaveActed });
    throw isUnusable(answer) && !failure.mayHaveActed ? failure.with({ mayHaveActed: true }) : failure;
  }

  async #headers(): Promise<Record<string, string>> {
    try {
      const token = await this.#options.accessToken();
      return { authorization: `Bearer ${token.reveal()}`, accept: 'application/json' };
    } catch (thrown) {
      // Nothing was sent to the group yet, whatever became of the request for a token.
      throw toFailure(thrown, 'Getting an access token').with({ mayHaveActed: false });
    }
  }

  #request(what: string): GroupRequest {
    return { what, organization: this.#options.organization, called: this.#called };
  }
}

/** One write: how an error names it, and when it must be over (milliseconds since 1970). */
interface Writing {
  readonly what: string;
  readonly deadline: number | undefined;
}

/** Whether a success holds nothing at all, or an object of no group: `null`, `{}`, no body. */
function isEmpty(answer: HttpAnswer): boolean {
  const body = answer.text.trim() === '' ? null : readJson(answer.text);
  if (body === null) return true;
  return (
    typeof body === 'object' && !Array.isArray(body) && !('value' in body) && (body as { id?: unknown }).id == null
  );
}

/** One variable of a variable group of Azure Pipelines (https://learn.microsoft.com/rest/api/azure/devops/distributedtask/variablegroups). */
export function variableGroupStore(options: VariableGroupStoreOptions): Store {
  return new VariableGroupStore(options);
}
