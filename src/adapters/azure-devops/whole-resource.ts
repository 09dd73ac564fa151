import { readJson, readObject } from '../../core/answers/json.ts';
import { checkTheWayTo } from '../../core/answers/transport-failure.ts';
import { Failure } from '../../core/failure.ts';
import { quoteForeign, toSafeLine } from '../../core/sanitize.ts';
import { type KnownProject, ownReference, readProject, withId } from './project-reference.ts';
import type { Resource } from './resource.ts';
import {
  isEmpty,
  isSuccess,
  isUnusable,
  type ResourceClient,
  type ResourceClientOptions,
  resourceClient,
  type Writing,
} from './resource-client.ts';
import { type ResourceKind, type ResourceRequest, resourceFailure, resourceNotFound } from './resource-error.ts';

/** The resource and the project that a destination names. */
interface ResourcePosition<R extends Resource> {
  readonly project: string;
  readonly named: { readonly id: R['id'] } | { readonly name: string };
  /** The destination, as the user wrote it. */
  readonly text: string;
  /** The part of the resource that is the destination, if one resource can hold several. */
  readonly part?: string;
}

/** How the answers of one kind of resource are read. */
export interface ResourceReader<R extends Resource> {
  readonly kind: ResourceKind;
  /** The query that makes a list shorter; the service may still list resources with other names. */
  filter(name: string): string;
  /** The resource in a parsed answer; undefined if there is none. */
  read(value: unknown): R | undefined;
  /** What an update would destroy because the answer leaves it out, in words; empty if everything is there. */
  findGaps(resource: R): string[];
}

/**
 * The result of an update. `unconfirmed` means that the answer is a success that doesn't name the resource. `conflict`
 * means that somebody else saved it meanwhile, so another try makes sense.
 */
export type Update =
  | { readonly kind: 'confirmed' | 'unconfirmed' }
  | { readonly kind: 'conflict'; readonly failure: Failure };

/** One resource that an update replaces as a whole. This class finds it, reads it completely, and replaces it. */
export class WholeResource<R extends Resource> {
  /** Its name in errors. */
  readonly called: string;
  readonly client: ResourceClient;
  readonly #organization: string;
  readonly #claims: Map<string, string>;
  readonly #position: ResourcePosition<R>;
  readonly #reader: ResourceReader<R>;

  constructor(options: ResourceClientOptions, position: ResourcePosition<R>, reader: ResourceReader<R>) {
    const { project, named } = position;
    this.client = resourceClient(options);
    this.#organization = options.organization;
    this.#claims = options.claims ?? new Map();
    this.#position = position;
    this.#reader = reader;
    this.called = toSafeLine(
      `${reader.kind.noun} ${'id' in named ? named.id : `"${named.name}"`} of project "${project}" in ${options.organization}`,
    );
  }

  async find(what: string): Promise<R> {
    const { named } = this.#position;
    const found = await ('id' in named ? this.read(named.id, what) : this.#search(named.name, what));
    this.#claim(found.id, what);
    return found;
  }

  /**
   * Refuses two destinations of a run that are the same, named in two ways: they would overwrite each other's secret.
   */
  #claim(id: R['id'], what: string): void {
    const { text, part = '' } = this.#position;
    const key = JSON.stringify([this.#reader.kind.noun, this.#organization, id, part]).toLowerCase();
    const first = this.#claims.get(key) ?? text;
    this.#claims.set(key, first);
    if (first === text) return;
    throw new Failure('destination-failed', {
      what,
      why: `it is the same destination as ${toSafeLine(first)}: both name ${this.#reader.kind.noun} ${quoteForeign(String(id))}`,
      hint: 'Name each destination only once, because it holds only one secret.',
    });
  }

  /** The resource with every field, read by its id if the list left some out. */
  async findWhole(what: string): Promise<R> {
    const found = await this.find(what);
    const isComplete = this.#reader.findGaps(found).length === 0 && found.projects !== undefined;
    return isComplete ? found : this.read(found.id, what);
  }

  async read(id: R['id'], what: string): Promise<R> {
    const answer = await this.client.get(this.#pathOf(`/${encodeURIComponent(id)}`), what);
    const resource = isSuccess(answer) ? this.#reader.read(readJson(answer.text)) : undefined;
    if (resource && isSameId(resource.id, id)) return resource;
    if (resource) throw this.#anotherOne(resource, what);
    // An unknown id may get a success that holds nothing (Terraform's provider for Azure DevOps expects that too).
    if (isSuccess(answer) && isEmpty(answer)) throw resourceNotFound(this.request(what), 'the answer is empty');
    throw resourceFailure(answer, this.request(what));
  }

  /**
   * The projects that use the resource, each with its id.
   * @throws Failure if the answer left out something that a write would remove
   */
  async knownProjects(resource: R, what: string): Promise<KnownProject[]> {
    const gaps = this.#reader.findGaps(resource);
    if (gaps.length > 0) {
      throw new Failure('unexpected-response', {
        what,
        why: `the answer of Azure DevOps leaves out a part of ${this.called}: ${gaps.join(', ')}`,
        hint: 'A write would remove what the answer lacks: store the value in another destination, or report this with the debug log.',
      });
    }
    const references = resource.projects?.map(readProject).filter((project) => project !== undefined) ?? [
      ownReference(this.#position.project, resource.fields),
    ];
    const readAnswer = this.client.startList(what);
    const known: KnownProject[] = [];
    for (const reference of references) known.push(await withId(reference, readAnswer, this.request(what)));
    return known;
  }

  /** Since version 6.0 of the API, the projects are in the body and no longer in the address. */
  async put(id: R['id'], body: object, writing: Writing): Promise<Update> {
    const path = `_apis/${this.#reader.kind.path}/${encodeURIComponent(id)}`;
    const { answer, mayHaveActed } = await this.client.put(path, body, writing);
    if (isSuccess(answer) && !isUnusable(answer)) {
      return { kind: isSameId(readObject(answer.text)?.id, id) ? 'confirmed' : 'unconfirmed' };
    }
    const failure = resourceFailure(answer, { ...this.request(writing.what), writes: true, mayHaveActed });
    if ((answer.status === 409 || answer.status === 412) && !mayHaveActed) return { kind: 'conflict', failure };
    throw isUnusable(answer) && !failure.mayHaveActed ? failure.with({ mayHaveActed: true }) : failure;
  }

  /** The Failure for an answer about another resource: its fields would overwrite those of the right one. */
  #anotherOne({ id }: R, what: string): Failure {
    return new Failure('unexpected-response', {
      what,
      why: `Azure DevOps returned ${this.#reader.kind.noun} ${quoteForeign(String(id))} instead of ${this.called}`,
      hint: 'Run again. If this keeps happening, please report it.',
    });
  }

  /** The Failure for a write if nothing shows that it worked. A secret can't be read back to find out. */
  unconfirmed(what: string): Failure {
    return new Failure('unexpected-response', {
      what,
      why: `Azure DevOps reports a success, but nothing shows that ${this.called} was saved`,
      hint: checkTheWayTo('Azure DevOps'),
      mayHaveActed: true,
    });
  }

  request(what: string): ResourceRequest {
    return { what, organization: this.#organization, called: this.called, kind: this.#reader.kind };
  }

  /** Azure DevOps ignores the case of names, but a destination must spell them exactly. */
  async #search(name: string, what: string): Promise<R> {
    const listed = await this.#list(this.#reader.filter(name), what);
    const resources = listed.map((each) => this.#reader.read(each)).filter((each) => each !== undefined);
    const [found, ...others] = resources.filter((each) => each.name === name);
    const second = others.find(({ id }) => id !== found?.id);
    const noun = this.#reader.kind.shortNoun;
    if (found && second) {
      throw new Failure('destination-failed', {
        what,
        why: `${this.called} is ambiguous: ${noun}s ${quoteForeign(String(found.id))} and ${quoteForeign(String(second.id))} both have this name`,
        hint: `Name the ${noun} by its id.`,
      });
    }
    if (found) return found;
    const similar = resources.filter((each) => each.name.toLowerCase() === name.toLowerCase());
    const similarNames = similar.map((each) => `"${quoteForeign(each.name)}"`).join(', ');
    const sentence = `no ${noun} has exactly this name`;
    throw resourceNotFound(
      this.request(what),
      similarNames === '' ? sentence : `${sentence}; there is ${similarNames}`,
    );
  }

  /** Reads every page. A header names the next one, as in other lists of Azure DevOps. */
  async #list(filter: string, what: string): Promise<unknown[]> {
    const all: unknown[] = [];
    const readPage = this.client.startList(what);
    for (let token = ''; ; ) {
      const separator = filter === '' ? '?' : '&';
      const more = token === '' ? '' : `${separator}continuationToken=${encodeURIComponent(token)}`;
      const answer = await readPage(this.#pathOf(`${filter}${more}`));
      const value = readObject(answer.text)?.value;
      if (!isSuccess(answer) || !Array.isArray(value)) throw resourceFailure(answer, this.request(what));
      all.push(...value);
      const next = answer.headers['x-ms-continuationtoken'] ?? '';
      if (next === '') return all;
      if (next === token) throw this.#repeats(what);
      token = next;
    }
  }

  #repeats(what: string): Failure {
    return new Failure('unexpected-response', {
      what,
      why: `Azure DevOps returned the same page twice in the search for ${this.called}`,
      hint: `Name the ${this.#reader.kind.shortNoun} by its id.`,
    });
  }

  #pathOf(rest: string): string {
    return `${encodeURIComponent(this.#position.project)}/_apis/${this.#reader.kind.path}${rest}`;
  }
}

function isSameId(found: unknown, id: number | string): boolean {
  return typeof found === typeof id && String(found).toLowerCase() === String(id).toLowerCase();
}
