import { type Destination, parseDestinations } from './destination.ts';
import { parseDuration } from './duration.ts';
import { Failure } from './failure.ts';
import { parseInstant } from './instant.ts';
import { isReserved } from './lineage.ts';
import { parseOrganization } from './organization.ts';
import type { Parsed } from './parsed.ts';
import { quote } from './quote.ts';
import type { Lifetime } from './rotation.ts';
import { parseScopes } from './scope.ts';
import type { PreviousToken } from './succession.ts';

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

/** Keys of a token; `defaults` may hold the same but the name. */
export const tokenKeys = [
  'display-name',
  'organization',
  'scopes',
  'valid-for',
  'valid-to',
  'all-organizations',
  'rotate-within',
  'previous-token',
  'verify',
  'destinations',
] as const;
type TokenKey = (typeof tokenKeys)[number];

const topKeys = ['organization', 'defaults', 'tokens'] as const;

const day = 24 * 3_600_000;
const defaultLife = 30 * day;
/** A token is due this long before its end where the manifest says nothing, but not before two thirds of its life. */
const defaultMargin = 7 * day;

export interface ManifestContext {
  /** Organization of the step, for tokens that name none. */
  readonly organization: string;
  readonly repository?: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

type Fields<K extends string> = Map<K, Located>;

class Checker {
  readonly problems: Problem[] = [];

  problem(at: Place, text: string): void {
    this.problems.push({ line: at.line, column: at.column, text });
  }

  /** The entries of a map whose keys are known; doubled and unknown keys are problems. */
  fields<K extends string>(node: Located | undefined, keys: readonly K[], name: string): Fields<K> {
    const fields: Fields<K> = new Map();
    if (!node || (node.kind === 'scalar' && node.value === null)) return fields;
    if (node.kind !== 'map') {
      this.problem(node, `${name} must be a mapping with the keys ${keys.join(', ')}`);
      return fields;
    }
    for (const { key, value } of node.entries) {
      const text = key.kind === 'scalar' ? String(key.value) : '';
      const known = keys.find((candidate) => candidate === text);
      if (known === undefined) {
        this.problem(key, `unknown key "${quote(text)}" in ${name}; allowed are ${keys.join(', ')}`);
      } else if (fields.has(known)) {
        this.problem(key, `the key ${known} stands twice in ${name}`);
      } else {
        fields.set(known, value);
      }
    }
    return fields;
  }

  text(node: Located | undefined, key: string): string | undefined {
    if (!node) return undefined;
    if (node.kind === 'scalar' && node.value !== null && typeof node.value !== 'boolean')
      return String(node.value).trim();
    this.problem(node, `${key} must be a text`);
    return undefined;
  }

  parse<T>(node: Located | undefined, key: string, parser: (text: string) => Parsed<T>): T | undefined {
    const text = this.text(node, key);
    if (text === undefined || !node) return undefined;
    const parsed = parser(text);
    if (parsed.ok) return parsed.value;
    this.problem(node, `${key}: ${parsed.problem}`);
    return undefined;
  }

  flag(node: Located | undefined, key: string): boolean | undefined {
    if (!node) return undefined;
    if (node.kind === 'scalar' && typeof node.value === 'boolean') return node.value;
    this.problem(node, `${key} must be true or false`);
    return undefined;
  }

  /** A list of texts, or one text. */
  texts(node: Located | undefined, key: string): { readonly at: Located; readonly text: string }[] {
    if (!node) return [];
    const items = node.kind === 'sequence' ? node.items : [node];
    return items.flatMap((item) => {
      const text = this.text(item, key);
      return text === undefined ? [] : [{ at: item, text }];
    });
  }
}

/**
 * Reads a manifest tree.
 * @throws Failure `manifest-invalid` that lists every mistake with its line and column
 */
export function readManifest(root: Located, context: ManifestContext): ManifestToken[] {
  const checker = new Checker();
  const top = checker.fields(root, topKeys, 'the manifest');
  const defaultKeys = tokenKeys.filter((key) => key !== 'display-name' && key !== 'organization');
  const defaults: Fields<TokenKey> = checker.fields<TokenKey>(top.get('defaults'), defaultKeys, 'defaults');
  const organization =
    checker.parse(top.get('organization'), 'organization', parseOrganization) ?? context.organization;
  const list = top.get('tokens');
  const tokens: ManifestToken[] = [];
  const seen = new Map<string, Place>();
  if (list?.kind !== 'sequence') checker.problem(list ?? root, 'tokens must be a list');
  for (const node of list?.kind === 'sequence' ? list.items : []) {
    const own = checker.fields(node, tokenKeys, 'a token');
    const token = readToken(node, own, defaults, { ...context, organization }, checker);
    const key = `${token.organization}/${token.displayName}`.toLowerCase();
    const first = seen.get(key);
    if (first && token.displayName !== '') {
      const at = own.get('display-name') ?? node;
      checker.problem(
        at,
        `"${quote(token.displayName)}" stands in line ${first.line} already, for the same organization`,
      );
    }
    seen.set(key, own.get('display-name') ?? node);
    tokens.push(token);
  }
  refuse(checker.problems);
  return tokens;
}

/** @throws Failure `manifest-invalid` where there are problems */
export function refuse(problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const lines = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
  throw new Failure('manifest-invalid', {
    what: 'Reading the manifest',
    why: lines.map(({ line, column, text }) => `line ${line}, column ${column}: ${text}`).join('; '),
    hint: 'Nothing was sent or changed.',
  });
}

function readToken(
  node: Located,
  own: Fields<TokenKey>,
  defaults: Fields<TokenKey>,
  context: ManifestContext,
  checker: Checker,
): ManifestToken {
  const field = (key: TokenKey): Located | undefined => own.get(key) ?? defaults.get(key);
  const displayName = checker.text(own.get('display-name'), 'display-name') ?? '';
  if (displayName === '') checker.problem(own.get('display-name') ?? node, 'display-name is required');
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(displayName) || isReserved(displayName)) {
    checker.problem(own.get('display-name') ?? node, `"${quote(displayName)}" is no name that a PAT can have here`);
  }
  const organization =
    checker.parse(own.get('organization'), 'organization', parseOrganization) ?? context.organization;
  if (organization === '') checker.problem(node, 'organization is required, here or at the top');
  const lifetime = readLifetime(node, own, defaults, context.now, checker);
  const life = lifetime.kind === 'for' ? lifetime.milliseconds : lifetime.at - context.now;
  const rotateWithin = checker.parse(field('rotate-within'), 'rotate-within', parseDuration);
  return {
    organization,
    displayName,
    scope: readScope(node, field('scopes'), checker),
    lifetime,
    allOrganizations: checker.flag(field('all-organizations'), 'all-organizations') ?? false,
    rotateWithin: rotateWithin ?? Math.min(defaultMargin, life / 3),
    previousToken: readPreviousToken(field('previous-token'), checker),
    verify: checker.flag(field('verify'), 'verify') ?? true,
    destinations: readDestinations(field('destinations'), context, checker),
  };
}

function readScope(node: Located, field: Located | undefined, checker: Checker): string {
  if (!field) {
    checker.problem(node, 'scopes are required');
    return '';
  }
  const texts = checker.texts(field, 'scopes').map(({ text }) => text);
  const parsed = parseScopes(texts);
  if (parsed.ok) return parsed.value.scope;
  checker.problem(field, `scopes: ${parsed.problem}`);
  return '';
}

function readLifetime(
  node: Located,
  own: Fields<TokenKey>,
  defaults: Fields<TokenKey>,
  now: number,
  checker: Checker,
): Lifetime {
  // What a token says itself goes before both defaults.
  const source = own.has('valid-for') || own.has('valid-to') ? own : defaults;
  if (source.has('valid-for') && source.has('valid-to')) {
    checker.problem(source.get('valid-to') ?? node, 'valid-for and valid-to exclude each other');
  }
  const at = checker.parse(source.get('valid-to'), 'valid-to', parseInstant);
  if (at !== undefined && at <= now) checker.problem(source.get('valid-to') ?? node, 'valid-to is in the past');
  if (at !== undefined) return { kind: 'until', at };
  const milliseconds = checker.parse(source.get('valid-for'), 'valid-for', parseDuration);
  return { kind: 'for', milliseconds: milliseconds ?? defaultLife };
}

function readPreviousToken(field: Located | undefined, checker: Checker): PreviousToken {
  const text = checker.text(field, 'previous-token') ?? 'revoke';
  if (text === 'revoke' || text === 'keep') return { kind: text };
  const parsed = parseDuration(text);
  if (parsed.ok) return { kind: 'grace', milliseconds: parsed.value };
  if (field)
    checker.problem(
      field,
      `previous-token: "${quote(text)}" is not allowed; write revoke, keep, or a duration such as 24h`,
    );
  return { kind: 'revoke' };
}

function readDestinations(field: Located | undefined, context: ManifestContext, checker: Checker): Destination[] {
  const { repository } = context;
  return checker.texts(field, 'destinations').flatMap(({ at, text }) => {
    const { destinations, problems } = parseDestinations(text, repository ? { repository } : {});
    for (const problem of problems) checker.problem(at, `destinations: ${problem}`);
    return destinations;
  });
}
