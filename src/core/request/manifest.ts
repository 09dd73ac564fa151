import { Failure } from '../failure.ts';
import { quoteForeign } from '../sanitize.ts';
import {
  type Destination,
  destinationKinds,
  type OwnProject,
  parseDestinations,
  placeIn,
  projectIn,
} from './destination.ts';
import { parseDisplayName } from './display-name.ts';
import { parseDuration } from './duration.ts';
import { parseInstant } from './instant.ts';
import { defaultLifetime, type Lifetime } from './lifetime.ts';
import { lookOf } from './look.ts';
import { parseOrganization } from './organization.ts';
import type { Parsed } from './parsed.ts';
import { type PreviousToken, parsePreviousToken } from './previous-token.ts';
import { parseScopes, type Scopes } from './scope.ts';

/** A value of the manifest with the place where it stands; lines and columns count from 1. */
export type Located = Place &
  (
    | { readonly kind: 'scalar'; readonly value: string | number | boolean | null }
    | { readonly kind: 'sequence'; readonly items: readonly Located[] }
    | { readonly kind: 'map'; readonly entries: readonly { readonly key: Located; readonly value: Located }[] }
  );

export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface Problem extends Place {
  readonly text: string;
}

/** One PAT as the manifest wants it. Durations in milliseconds. */
export interface ManifestToken {
  readonly organization: string;
  readonly displayName: string;
  readonly scope: string;
  readonly lifetime: Lifetime;
  readonly allOrganizations: boolean;
  readonly rotateWithin: number;
  readonly previousToken: PreviousToken;
  readonly verify: boolean;
  readonly destinations: readonly Destination[];
}

export interface Manifest {
  /** In the order of the file. */
  readonly tokens: readonly ManifestToken[];
  /** What is worth a warning although nothing is wrong. */
  readonly remarks: readonly string[];
}

/** Keys that `defaults` and a token may hold; what a token says itself goes first. */
export const settingKeys = [
  'scopes',
  'valid-for',
  'valid-to',
  'all-organizations',
  'rotate-within',
  'previous-token',
  'verify',
] as const;
type SettingKey = (typeof settingKeys)[number];

/** Keys of a token. A place holds one token, so `destinations` cannot be a default. */
export const tokenKeys = ['display-name', 'organization', ...settingKeys, 'destinations'] as const;
type TokenKey = (typeof tokenKeys)[number];

export const topKeys = ['organization', 'defaults', 'tokens'] as const;

const day = 24 * 3_600_000;
/** A token is due this long before its end if the manifest says nothing, but not before two thirds of its life are over. */
const defaultMargin = 7 * day;

/** What is wrong with a value that holds an expression of a workflow. */
export const expressionLeft =
  'it holds ${{, an expression, and nothing evaluates expressions in a manifest; write the value itself, or give the YAML in the input, where expressions are evaluated';

/** More mistakes than anybody mends before the next try. */
const mostProblems = 100;

export interface ManifestContext {
  /** Organization of the step, for tokens that name none; empty if the step names none either. */
  readonly organization: string;
  readonly repository?: string | undefined;
  /** Project of the run, for variable groups of that organization that name none. */
  readonly project?: OwnProject | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

type Fields<K extends string> = ReadonlyMap<K, Located>;

/** Reads values and keeps every problem once, however often it is met (a default, an alias). */
class Checker {
  readonly #problems = new Map<string, Problem>();

  get problems(): Problem[] {
    return [...this.#problems.values()];
  }

  problem({ line, column }: Place, text: string): void {
    this.#problems.set(`${line}:${column}:${text}`, { line, column, text });
  }

  /** The entries of a map whose keys are known; doubled and unknown keys are problems. */
  fields<K extends string>(node: Located, keys: readonly K[], name: string): Fields<K> {
    const fields = new Map<K, Located>();
    const allowed = `allowed are ${keys.join(', ')}`;
    if (node.kind !== 'map') {
      this.problem(node, `${name} must be a mapping; ${allowed}`);
      return fields;
    }
    for (const { key, value } of node.entries) {
      const text = key.kind === 'scalar' ? String(key.value) : '';
      const known = keys.find((candidate) => candidate === text);
      if (known === undefined) this.problem(key, `unknown key "${quoteForeign(text)}" in ${name}; ${allowed}`);
      else if (fields.has(known)) this.problem(key, `the key ${known} stands twice in ${name}`);
      else fields.set(known, value);
    }
    return fields;
  }

  /** YAML reads `123`, `true` and `null` as something else than text; names such as these need quotes. */
  text(node: Located, key: string): string | undefined {
    if (node.kind !== 'scalar' || node.value === null) {
      this.problem(node, `${key} must be a text`);
      return undefined;
    }
    if (typeof node.value === 'string') {
      if (!this.#isExpression(node, node.value, key)) return node.value.trim();
      return undefined;
    }
    this.problem(node, `${key} must be a text; YAML reads ${node.value} as a ${typeof node.value}: put it in quotes`);
    return undefined;
  }

  parse<T>(node: Located | undefined, key: string, parser: (text: string) => Parsed<T>): T | undefined {
    const text = node && this.text(node, key);
    if (text === undefined || !node) return undefined;
    const parsed = parser(text);
    if (parsed.ok) return parsed.value;
    this.problem(node, `${key}: ${parsed.problem}`);
    return undefined;
  }

  flag(node: Located | undefined, key: string): boolean | undefined {
    if (!node) return undefined;
    if (node.kind === 'scalar' && typeof node.value === 'boolean') return node.value;
    if (node.kind === 'scalar' && this.#isExpression(node, node.value, key)) return undefined;
    this.problem(node, `${key} must be true or false`);
    return undefined;
  }

  /** Expressions are evaluated in a workflow, never in a file that a run reads. */
  #isExpression(place: Place, value: unknown, key: string): boolean {
    if (typeof value !== 'string' || !value.includes('${{')) return false;
    this.problem(place, `${key}: ${expressionLeft}`);
    return true;
  }

  /** A list of texts, or one text. */
  texts(node: Located, key: string): { readonly at: Located; readonly text: string }[] {
    const items = node.kind === 'sequence' ? node.items : [node];
    return items.flatMap((item) => {
      const text = this.text(item, key);
      return text === undefined ? [] : [{ at: item, text }];
    });
  }
}

/** What a token says of itself, or `defaults` of all of them. */
interface Settings {
  scopes?: Scopes | undefined;
  lifetime?: Lifetime | undefined;
  allOrganizations?: boolean | undefined;
  rotateWithin?: number | undefined;
  previousToken?: PreviousToken | undefined;
  verify?: boolean | undefined;
}

/**
 * Reads a manifest tree.
 * @throws Failure `manifest-invalid` that lists every mistake with its line and column
 */
export function readManifest(root: Located, context: ManifestContext): Manifest {
  const checker = new Checker();
  const top = checker.fields(root, topKeys, 'the manifest');
  const defaultsNode = top.get('defaults');
  const empty = defaultsNode?.kind === 'scalar' && defaultsNode.value === null;
  const defaultFields: Fields<SettingKey> =
    defaultsNode && !empty ? checker.fields(defaultsNode, settingKeys, 'defaults') : new Map();
  const named = top.get('organization');
  const reader = new TokenReader(checker, {
    now: context.now,
    repository: context.repository,
    project: context.project,
    organization: named ? checker.parse(named, 'organization', parseOrganization) : context.organization,
    defaults: readSettings(defaultFields, context.now, checker),
    hasScopes: defaultFields.has('scopes'),
  });
  const list = top.get('tokens');
  const items = list?.kind === 'sequence' ? list.items : [];
  if (list && list.kind !== 'sequence') checker.problem(list, 'tokens must be a list');
  else if (items.length === 0) checker.problem(list ?? root, 'tokens is missing or empty; name at least one token');
  const tokens = items.map((node) => reader.read(node));
  refuse(checker.problems);
  return { tokens, remarks: reader.remarks };
}

/** @throws Failure `manifest-invalid` if there are problems */
export function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw invalidManifest(problems);
}

/** All problems in one message, in the order of the file. */
export function invalidManifest(problems: readonly Problem[]): Failure {
  const ordered = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
  const told = ordered
    .slice(0, mostProblems)
    .map(({ line, column, text }) => `line ${line}, column ${column}: ${text}`);
  const rest = ordered.length - told.length;
  return new Failure('manifest-invalid', {
    what: 'Reading the manifest',
    why: [...told, ...(rest > 0 ? [`and ${rest} more`] : [])].join('; '),
    problems: ordered.map(({ line, column, text }) => ({ input: 'manifest', text, position: { line, column } })),
  }).nothingSent();
}

interface Surroundings {
  readonly now: number;
  readonly repository: string | undefined;
  readonly project: OwnProject | undefined;
  /** Empty if nothing names one; undefined if what names one is wrong. */
  readonly organization: string | undefined;
  readonly defaults: Settings;
  readonly hasScopes: boolean;
}

class TokenReader {
  readonly #checker: Checker;
  readonly #around: Surroundings;
  /** Where each PAT and each place was first named. */
  readonly #names = new Map<string, number>();
  readonly #looks = new Map<string, number>();
  readonly #places = new Map<string, number>();
  /** Lines of the tokens with a scope that is on no list. */
  readonly #unknownScopes = new Map<string, number[]>();

  constructor(checker: Checker, around: Surroundings) {
    this.#checker = checker;
    this.#around = around;
  }

  get remarks(): string[] {
    return [...this.#unknownScopes].map(([scope, [line, ...others]]) => {
      const where = `line ${line}${others.length > 0 ? ` and ${others.length} more` : ''}`;
      return `The scope "${scope}" (${where}) is not in the list this version knows; the service decides.`;
    });
  }

  read(node: Located): ManifestToken {
    const { defaults, hasScopes, now } = this.#around;
    const own = this.#checker.fields(node, tokenKeys, 'a token');
    const organization = this.#organization(node, own);
    const displayName = this.#name(node, own, organization);
    const settings: Settings = { ...defaults, ...given(readSettings(own, now, this.#checker)) };
    if (node.kind === 'map' && !own.has('scopes') && !hasScopes) this.#checker.problem(node, 'scopes are required');
    for (const scope of settings.scopes?.unknown ?? []) {
      const lines = this.#unknownScopes.get(scope) ?? [];
      this.#unknownScopes.set(scope, [...lines, node.line]);
    }
    const lifetime = settings.lifetime ?? defaultLifetime;
    const life = lifetime.kind === 'for' ? lifetime.milliseconds : lifetime.at - now;
    return {
      organization,
      displayName,
      scope: settings.scopes?.scope ?? '',
      lifetime,
      allOrganizations: settings.allOrganizations ?? false,
      rotateWithin: settings.rotateWithin ?? Math.min(defaultMargin, life / 3),
      previousToken: settings.previousToken ?? { kind: 'revoke' },
      verify: settings.verify ?? true,
      destinations: this.#destinations(own.get('destinations'), organization),
    };
  }

  #organization(node: Located, own: Fields<TokenKey>): string {
    const named = own.get('organization');
    if (named) return this.#checker.parse(named, 'organization', parseOrganization) ?? '';
    const { organization } = this.#around;
    if (organization === '' && node.kind === 'map') {
      this.#checker.problem(node, 'organization is required: here, at the top, or as the input');
    }
    return organization ?? '';
  }

  #name(node: Located, own: Fields<TokenKey>, organization: string): string {
    const field = own.get('display-name');
    if (!field) {
      if (node.kind === 'map') this.#checker.problem(node, 'display-name is required');
      return '';
    }
    const name = this.#checker.text(field, 'display-name');
    if (name === undefined) return '';
    const parsed = parseDisplayName(name);
    if (name === '') {
      this.#checker.problem(field, 'display-name is empty');
    } else if (!parsed.ok) {
      this.#checker.problem(field, `display-name: ${parsed.problem}`);
    } else if (organization !== '') {
      const first = this.#first(this.#names, JSON.stringify([organization, name]), field);
      if (first !== undefined) {
        const before = `"${quoteForeign(name)}" of ${organization} stands in line ${first} already`;
        this.#checker.problem(field, `display-name: ${before}; name every PAT once`);
        return name;
      }
      const lookalike = this.#first(this.#looks, JSON.stringify([organization, lookOf(name)]), field);
      if (lookalike !== undefined) {
        const other = `it looks the same as the name in line ${lookalike}, but is written with other Unicode characters`;
        this.#checker.problem(field, `display-name: ${other}; name every PAT once`);
      }
    }
    return name;
  }

  #destinations(field: Located | undefined, organization: string): Destination[] {
    const { repository } = this.#around;
    const project = projectIn(organization, this.#around.project);
    if (!field) return [];
    return this.#checker.texts(withMappingsAsTexts(field), 'destinations').flatMap(({ at, text }) => {
      const { destinations, problems } = parseDestinations(text, { repository, project });
      for (const { written, text: problem } of problems) {
        this.#checker.problem(at, `destinations: "${written}": ${problem}`);
      }
      if (destinations.length === 0 && problems.length === 0)
        this.#checker.problem(at, 'destinations: it names no place');
      for (const destination of destinations) {
        const first = this.#first(this.#places, placeIn(destination, organization), at);
        if (first === undefined) continue;
        const before = `"${quoteForeign(destination.text)}" is the same place as one in line ${first}`;
        this.#checker.problem(at, `destinations: ${before}; a place holds one PAT`);
      }
      return destinations;
    });
  }

  /** Remembers the line in which a key stands first, and returns it from the second time on. */
  #first(seen: Map<string, number>, key: string, at: Place): number | undefined {
    const line = seen.get(key);
    if (line === undefined) seen.set(key, at.line);
    return line;
  }
}

/**
 * `github-secret: NAME` (with a space) is a mapping to YAML, and can only mean the destination `github-secret:NAME`. A list
 * of such mappings, or one mapping of several kinds, names as many destinations.
 */
function withMappingsAsTexts(field: Located): Located {
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

function destinationOf(key: Located, value: Located): Located | undefined {
  if (key.kind !== 'scalar' || value.kind !== 'scalar' || typeof value.value !== 'string') return undefined;
  const kind = destinationKinds.find((known) => known === key.value);
  const { line, column } = key;
  return kind === undefined ? undefined : { line, column, kind: 'scalar', value: `${kind}:${value.value.trim()}` };
}

function given(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function readSettings(fields: Fields<SettingKey> | Fields<TokenKey>, now: number, checker: Checker): Settings {
  const field = (key: SettingKey): Located | undefined => (fields as ReadonlyMap<string, Located>).get(key);
  const scopes = field('scopes');
  return {
    scopes: scopes && readScopes(scopes, checker),
    lifetime: readLifetime(field('valid-for'), field('valid-to'), now, checker),
    allOrganizations: checker.flag(field('all-organizations'), 'all-organizations'),
    rotateWithin: checker.parse(field('rotate-within'), 'rotate-within', parseDuration),
    previousToken: checker.parse(field('previous-token'), 'previous-token', parsePreviousToken),
    verify: checker.flag(field('verify'), 'verify'),
  };
}

function readScopes(field: Located, checker: Checker): Scopes | undefined {
  const texts = checker.texts(field, 'scopes');
  // A list with an item that is no text has its problem already.
  if (field.kind === 'sequence' ? texts.length < field.items.length : texts.length === 0) return undefined;
  if (texts.length > 1) {
    for (const { at, text } of texts) if (text === '') checker.problem(at, 'scopes: this one is empty');
  }
  const parsed = parseScopes(texts.map(({ text }) => text));
  if (parsed.ok) return parsed.value;
  checker.problem(field, `scopes: ${parsed.problem}`);
  return undefined;
}

function readLifetime(
  duration: Located | undefined,
  instant: Located | undefined,
  now: number,
  checker: Checker,
): Lifetime | undefined {
  if (duration && instant) checker.problem(instant, 'valid-to: valid-for is given too; give one of the two');
  const milliseconds = checker.parse(duration, 'valid-for', parseDuration);
  const at = checker.parse(instant, 'valid-to', parseInstant);
  if (instant && at !== undefined && at <= now) {
    checker.problem(instant, 'valid-to is in the past; set a new date, or take the token out of the manifest');
  }
  if (at !== undefined) return { kind: 'until', at };
  return milliseconds === undefined ? undefined : { kind: 'for', milliseconds };
}
