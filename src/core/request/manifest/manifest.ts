import { quoteForeign } from '../../sanitize.ts';
import { day, type Instant, type Milliseconds } from '../../time.ts';
import { type Destination, destinationKey, type OwnProject } from '../destination/destination.ts';
import { destinationKinds } from '../destination/destination-line.ts';
import { parseDestinations } from '../destination/destination-list.ts';
import { parseDisplayName } from '../display-name.ts';
import { defaultLifetime, type Lifetime } from '../lifetime.ts';
import { appearanceOf } from '../name-appearance.ts';
import { parseOrganization } from '../organization.ts';
import type { PreviousToken } from '../previous-token.ts';
import { type SettingKey, settingKeys, type TokenKey, tokenKeys, topKeys } from './manifest-key.ts';
import { type Fields, type ManifestNode, ManifestReader } from './node.ts';
import { type Position, refuse } from './problem.ts';
import { readSettings, type Settings, withoutUndefined } from './settings.ts';

/** One PAT as the manifest describes it. */
export interface ManifestToken {
  readonly organization: string;
  readonly displayName: string;
  readonly scope: string;
  readonly lifetime: Lifetime;
  readonly allOrganizations: boolean;
  readonly rotateWithin: Milliseconds;
  readonly previousToken: PreviousToken;
  readonly verify: boolean;
  readonly destinations: readonly Destination[];
}

export interface Manifest {
  /** In the order of the file. */
  readonly tokens: readonly ManifestToken[];
  /** Warnings about values that are allowed. */
  readonly remarks: readonly string[];
}

/** Default of `rotate-within`. It never exceeds a third of the PAT's life. */
const defaultMargin = 7 * day;

interface ManifestContext {
  /** For tokens that name none, if the manifest doesn't name one for all tokens. */
  readonly organization: string | undefined;
  readonly repository: string | undefined;
  /** Project of the run, for variable groups of that organization that name none. */
  readonly project: OwnProject | undefined;
  readonly now: Instant;
}

/**
 * Reads a manifest tree.
 * @throws Failure `manifest-invalid` that lists every mistake with its line and column
 */
export function readManifest(root: ManifestNode, context: ManifestContext): Manifest {
  const reader = new ManifestReader();
  const top = reader.fields(root, topKeys, 'the manifest');
  const defaultsNode = top.get('defaults');
  const empty = defaultsNode?.kind === 'scalar' && defaultsNode.value === null;
  const defaultFields: Fields<SettingKey> =
    defaultsNode && !empty ? reader.fields(defaultsNode, settingKeys, 'defaults') : new Map();
  const named = top.get('organization');
  const tokenReader = new TokenReader(reader, {
    now: context.now,
    repository: context.repository,
    project: context.project,
    organization: named ? reader.parse(named, 'organization', parseOrganization) : context.organization,
    namesOrganization: named !== undefined || context.organization !== undefined,
    defaults: readSettings(defaultFields, context.now, reader),
    hasScopes: defaultFields.has('scopes'),
  });
  const list = top.get('tokens');
  const items = list?.kind === 'sequence' ? list.items : [];
  if (list && list.kind !== 'sequence') reader.problem(list, 'tokens must be a list');
  else if (items.length === 0) reader.problem(list ?? root, 'tokens is missing or empty; name at least one token');
  const tokens = items.flatMap((node) => tokenReader.read(node) ?? []);
  refuse(reader.problems);
  return { tokens, remarks: tokenReader.remarks };
}

interface TokenContext {
  readonly now: Instant;
  readonly repository: string | undefined;
  readonly project: OwnProject | undefined;
  readonly organization: string | undefined;
  /** Whether anything names an organization for all tokens. If so and it is undefined, that name is wrong. */
  readonly namesOrganization: boolean;
  readonly defaults: Settings;
  readonly hasScopes: boolean;
}

class TokenReader {
  readonly #reader: ManifestReader;
  readonly #context: TokenContext;
  /** The line in which each name, appearance and destination first appears. */
  readonly #lineOfName = new Map<string, number>();
  readonly #lineOfAppearance = new Map<string, number>();
  readonly #lineOfDestination = new Map<string, number>();
  /** For each scope that this version doesn't know, the lines of its tokens. */
  readonly #unknownScopes = new Map<string, number[]>();

  constructor(reader: ManifestReader, context: TokenContext) {
    this.#reader = reader;
    this.#context = context;
  }

  get remarks(): string[] {
    return [...this.#unknownScopes].map(([scope, [line, ...others]]) => {
      const lines = `line ${line}${others.length > 0 ? ` and ${others.length} more` : ''}`;
      return `This version does not know the scope "${scope}" (${lines}); the service decides whether to accept it.`;
    });
  }

  /** @returns undefined if something is missing or wrong; the reader then has a problem for it */
  read(node: ManifestNode): ManifestToken | undefined {
    const { defaults, hasScopes, now } = this.#context;
    const own = this.#reader.fields(node, tokenKeys, 'a token');
    const organization = this.#organization(node, own);
    const displayName = this.#name(node, own, organization);
    const settings: Settings = { ...defaults, ...withoutUndefined(readSettings(own, now, this.#reader)) };
    if (node.kind === 'map' && !own.has('scopes') && !hasScopes) this.#reader.problem(node, 'scopes are required');
    for (const scope of settings.scopes?.unknown ?? []) {
      const lines = this.#unknownScopes.get(scope) ?? [];
      this.#unknownScopes.set(scope, [...lines, node.line]);
    }
    const lifetime = settings.lifetime ?? defaultLifetime;
    const life = lifetime.kind === 'for' ? lifetime.milliseconds : lifetime.at - now;
    const destinations = this.#destinations(own.get('destinations'), organization);
    const { scopes } = settings;
    if (organization === undefined || displayName === undefined || scopes === undefined) return undefined;
    return {
      organization,
      displayName,
      scope: scopes.scope,
      lifetime,
      allOrganizations: settings.allOrganizations ?? false,
      rotateWithin: settings.rotateWithin ?? Math.min(defaultMargin, life / 3),
      previousToken: settings.previousToken ?? { kind: 'revoke' },
      verify: settings.verify ?? true,
      destinations,
    };
  }

  #organization(node: ManifestNode, own: Fields<TokenKey>): string | undefined {
    const named = own.get('organization');
    if (named) return this.#reader.parse(named, 'organization', parseOrganization);
    const { organization, namesOrganization } = this.#context;
    if (!namesOrganization && node.kind === 'map') {
      this.#reader.problem(node, 'organization is required: here, at the top, or as the input');
    }
    return organization;
  }

  #name(node: ManifestNode, own: Fields<TokenKey>, organization: string | undefined): string | undefined {
    const field = own.get('display-name');
    if (!field) {
      if (node.kind === 'map') this.#reader.problem(node, 'display-name is required');
      return undefined;
    }
    const name = this.#reader.text(field, 'display-name');
    if (name === undefined) return undefined;
    const parsed = parseDisplayName(name);
    if (name === '') {
      this.#reader.problem(field, 'display-name is empty');
    } else if (!parsed.ok) {
      this.#reader.problem(field, `display-name: ${parsed.problem}`);
    } else if (organization !== undefined) {
      const first = this.#first(this.#lineOfName, JSON.stringify([organization, name]), field);
      if (first !== undefined) {
        const before = `"${quoteForeign(name)}" of ${organization} is already in line ${first}`;
        this.#reader.problem(field, `display-name: ${before}; name each PAT only once`);
        return name;
      }
      const lookalike = this.#first(this.#lineOfAppearance, JSON.stringify([organization, appearanceOf(name)]), field);
      if (lookalike !== undefined) {
        const other = `it looks the same as the name in line ${lookalike}, but is written with other Unicode characters`;
        this.#reader.problem(field, `display-name: ${other}; name each PAT only once`);
      }
    }
    return name;
  }

  #destinations(field: ManifestNode | undefined, organization: string | undefined): Destination[] {
    const { repository, project } = this.#context;
    if (!field) return [];
    return this.#reader.texts(withMappingsAsTexts(field), 'destinations').flatMap(({ at, text }) => {
      const { destinations, problems, lackingOrganization } = parseDestinations(text, {
        repository,
        organization,
        project,
      });
      for (const { written, text: problem } of problems) {
        this.#reader.problem(at, `destinations: "${written}": ${problem}`);
      }
      if (destinations.length + problems.length + lackingOrganization.length === 0)
        this.#reader.problem(at, 'destinations: no destination is named here');
      for (const destination of destinations) {
        const first = this.#first(this.#lineOfDestination, destinationKey(destination), at);
        if (first === undefined) continue;
        const before = `"${quoteForeign(destination.text)}" is the same destination as one in line ${first}`;
        this.#reader.problem(at, `destinations: ${before}; a destination holds one PAT`);
      }
      return [...destinations];
    });
  }

  /** Stores the line in which a key comes for the first time, and returns it each further time. */
  #first(seen: Map<string, number>, key: string, at: Position): number | undefined {
    const line = seen.get(key);
    if (line === undefined) seen.set(key, at.line);
    return line;
  }
}

/**
 * `github-secret: NAME` (with a space) is a mapping to YAML, and can only mean the destination `github-secret:NAME`. A
 * list of such mappings, or one mapping of several kinds, names as many destinations.
 */
function withMappingsAsTexts(field: ManifestNode): ManifestNode {
  const { line, column } = field;
  const items = field.kind === 'sequence' ? field.items : [field];
  const texts = items.flatMap((item) => {
    if (item.kind !== 'map') return [item];
    const destinations = item.entries.map(({ key, value }) => destinationOf(key, value));
    return destinations.every((destination) => destination !== undefined) ? destinations : [item];
  });
  return texts.length === 0 || (field.kind === 'scalar' && texts.length === 1)
    ? field
    : { line, column, kind: 'sequence', items: texts };
}

function destinationOf(key: ManifestNode, value: ManifestNode): ManifestNode | undefined {
  if (key.kind !== 'scalar' || value.kind !== 'scalar' || typeof value.value !== 'string') return undefined;
  const kind = destinationKinds.find((known) => known === key.value);
  const { line, column } = key;
  return kind === undefined ? undefined : { line, column, kind: 'scalar', value: `${kind}:${value.value.trim()}` };
}
