import { Failure, toFailure } from '../../core/failure.ts';
import type { SecretMetadata, Store } from '../../core/ports.ts';
import type { VariableGroupVariable } from '../../core/request/destination/destination.ts';
import { quoteForeign, toSafeLine } from '../../core/sanitize.ts';
import type { Secret } from '../../core/secret.ts';
import type { StoredValue } from '../../core/stored-value.ts';
import { type Elapsed, never } from '../../core/time.ts';
import type { RunExclusive } from '../keyed-mutex.ts';
import type { ResourceClientOptions, Writing } from './resource-client.ts';
import { variableGroups } from './resource-error.ts';
import {
  compare,
  findGaps,
  hasSecretVariable,
  holdsPart,
  type Part,
  readVariableGroup,
  type Variable,
  type VariableGroup,
  type VariableGroupParameters,
  type WholeGroup,
  withVariable,
} from './variable-group.ts';
import { type ResourceReader, type Update, WholeResource } from './whole-resource.ts';

export interface VariableGroupStoreOptions extends ResourceClientOptions {
  readonly destination: VariableGroupVariable;
  /**
   * Runs the writes to a group one after the other, because they would undo each other. The stores of a run share it.
   */
  readonly runExclusive?: RunExclusive;
  /** The reads of groups at the end of the run, by group. All stores of one group share one read. */
  readonly reads?: Map<string, Promise<WholeGroup>>;
}

const reader: ResourceReader<VariableGroup> = {
  kind: variableGroups,
  // In a name, `*` is a wildcard for the service.
  filter: (name) => `?groupName=${encodeURIComponent(name)}`,
  read: readVariableGroup,
  findGaps,
};

/** How many times the group is read, changed and written at most, if somebody else changes it each time. */
const writeRounds = 3;

/** Whether the group was saved between two reads. */
function isNewer(
  { fields: { modifiedOn: later } }: WholeGroup,
  { fields: { modifiedOn: earlier } }: WholeGroup,
): boolean {
  return typeof later === 'string' && later !== earlier;
}

function list(parts: readonly Part[]): string {
  return parts.map(({ text }) => text).join(', ');
}

/** What was written, for the check at the end of the run. */
interface Written {
  readonly sent: VariableGroupParameters;
  readonly value: Secret;
  readonly deadline: Elapsed;
}

class VariableGroupStore implements Store {
  readonly name: string;
  /**
   * A pipeline run copies the variables when it is created
   * (https://learn.microsoft.com/azure/devops/pipelines/library/variable-groups).
   */
  readonly readWhenQueued = true;
  readonly #options: VariableGroupStoreOptions;
  readonly #resource: WholeResource<VariableGroup>;
  #id: number | undefined;
  #written: Written | undefined;
  #proveAlive: SecretMetadata['proveAlive'];

  constructor(options: VariableGroupStoreOptions) {
    const { project, group, variable, text } = options.destination;
    this.name = text;
    this.#options = options;
    this.#resource = new WholeResource(options, { project, named: group, text, part: variable }, reader);
  }

  /**
   * Finds the group, and everything that a write has to send back. It can't check whether the user may change it,
   * because the service has no dry run.
   */
  async prepare(): Promise<void> {
    const what = `Checking ${toSafeLine(this.name)}`;
    await this.#complete(this.#use(await this.#resource.findWhole(what), what), what);
  }

  /** The service doesn't say when a secret variable got its value. */
  async inspect(): Promise<StoredValue> {
    const what = `Looking at ${toSafeLine(this.name)}`;
    const found = await this.#find(what);
    const variables = found.variables ?? (await this.#readWhole(found.id, what)).variables;
    const exists = hasSecretVariable(variables, this.#options.destination.variable);
    return { exists, updatedAt: undefined, expires: undefined };
  }

  async write(value: Secret, { deadline = never, proveAlive }: SecretMetadata): Promise<void> {
    const what = `Storing in ${toSafeLine(this.name)}`;
    const id = this.#id ?? (await this.#find(what)).id;
    this.#proveAlive = proveAlive;
    await this.#exclusively(id, () => this.#replace(id, value, { what, deadline }));
  }

  /**
   * Writes the value once more if it is gone: somebody else may have saved an older copy of the group since the write.
   */
  async confirm(): Promise<void> {
    const { variable } = this.#options.destination;
    const what = `Looking once more at ${toSafeLine(this.name)}`;
    const id = this.#id;
    if (id === undefined || this.#written === undefined) return;
    const { sent, value, deadline } = this.#written;
    const { missing, gone } = compare(sent, await this.#readOnce(id, what), variable);
    if (missing) {
      await this.#exclusively(id, () => this.#replace(id, value, { what, deadline }));
      await this.#proveAlive?.();
    }
    if (gone.length > 0) throw this.#differs({ missing: false, disappeared: gone, changed: [] }, what);
  }

  #readOnce(id: number, what: string): Promise<WholeGroup> {
    const { reads } = this.#options;
    const read = reads?.get(this.#keyOf(id)) ?? this.#readWhole(id, what);
    reads?.set(this.#keyOf(id), read);
    return read;
  }

  #keyOf(id: number): string {
    return `${this.#options.organization.toLowerCase()}/${id}`;
  }

  #exclusively<T>(id: number, step: () => Promise<T>): Promise<T> {
    const { runExclusive = (_key, next) => next() } = this.#options;
    return runExclusive(this.#keyOf(id), step);
  }

  /**
   * Reads, changes and writes the whole group, then reads it again to compare. The service checks no version, so
   * somebody else may have saved in between. If this write overwrote their change, nothing shows it. If they overwrote
   * this write with an older copy, the comparison shows it, and the group is written again.
   */
  async #replace(id: number, value: Secret, writing: Writing): Promise<void> {
    const { what } = writing;
    const { variable } = this.#options.destination;
    const seen: Part[] = [];
    let stored = false;
    try {
      for (let round = 1; ; round++) {
        const group = await this.#readWhole(id, what);
        const sent = withVariable(group, variable, value.reveal());
        const update = await this.#put(id, sent, writing);
        if (update.kind === 'conflict') {
          if (round < writeRounds) continue;
          throw update.failure;
        }
        stored = true;
        this.#written = { sent, value, deadline: writing.deadline };
        const found = await this.#readWhole(id, what);
        const isNew = !hasSecretVariable(group.variables, variable);
        if (update.kind === 'unconfirmed' && !isNew && !isNewer(found, group)) {
          throw this.#resource.unconfirmed(what);
        }
        const { missing, gone, changed } = compare(sent, found, variable);
        seen.push(...gone);
        const isSame = !missing && gone.length === 0 && changed.length === 0;
        if (!isSame && round < writeRounds) continue;
        const disappeared = seen.filter((part) => !holdsPart(found, part));
        if (isSame && disappeared.length === 0) return;
        throw this.#differs({ missing, disappeared, changed }, what);
      }
    } catch (thrown) {
      const failure = toFailure(thrown, what);
      throw stored && !failure.mayHaveActed ? failure.with({ mayHaveActed: true }) : failure;
    }
  }

  #differs(
    { missing, disappeared, changed }: { missing: boolean; disappeared: readonly Part[]; changed: readonly string[] },
    what: string,
  ): Failure {
    const { variable } = this.#options.destination;
    const differences = [
      missing && `"${quoteForeign(variable)}" is not there as a secret`,
      disappeared.length > 0 && `${list(disappeared)} disappeared`,
      changed.length > 0 && `${changed.join(', ')} changed`,
    ];
    return new Failure('destination-failed', {
      what,
      why: `${this.#resource.called} differs from what was written: ${differences.filter(Boolean).join(', ')}`,
      hint: [
        disappeared.length > 0 && `If nobody did that on purpose, add ${list(disappeared)} to the group again.`,
        'Somebody else may have saved the group at the same time. Let runs that write to the same group wait for each other, then run again.',
      ]
        .filter(Boolean)
        .join(' '),
      mayHaveActed: true,
    });
  }

  async #find(what: string): Promise<VariableGroup> {
    return this.#use(await this.#resource.find(what), what);
  }

  #use(group: VariableGroup, what: string): VariableGroup {
    if (group.type?.toLowerCase() === 'azurekeyvault') {
      throw new Failure('destination-failed', {
        what,
        why: `${this.#resource.called} mirrors a key vault, and values can't be stored in a mirror`,
        hint: 'Store in the vault itself: azure-key-vault:VAULT/NAME.',
      });
    }
    this.#id = group.id;
    return group;
  }

  async #readWhole(id: number, what: string): Promise<WholeGroup> {
    return this.#complete(await this.#resource.read(id, what), what);
  }

  /** @throws Failure if the answer left out something that a write would remove */
  async #complete(group: VariableGroup, what: string): Promise<WholeGroup> {
    const knownProjects = await this.#resource.knownProjects(group, what);
    return { ...group, variables: group.variables as Readonly<Record<string, Variable>>, knownProjects };
  }

  #put(id: number, group: VariableGroupParameters, writing: Writing): Promise<Update> {
    this.#options.reads?.delete(this.#keyOf(id));
    return this.#resource.put(id, group, writing);
  }
}

/**
 * One variable of a variable group of Azure Pipelines
 * (https://learn.microsoft.com/rest/api/azure/devops/distributedtask/variablegroups).
 */
export function variableGroupStore(options: VariableGroupStoreOptions): Store {
  return new VariableGroupStore(options);
}
