/** Where secrets live, in terms of the REST API. */
export type Place =
  | { readonly kind: 'repository' | 'dependabot'; readonly repository: string }
  | { readonly kind: 'environment'; readonly repository: string; readonly environment: string }
  | { readonly kind: 'organization'; readonly organization: string };

export interface Route {
  readonly place: Place;
  /** Segments after `secrets`. */
  readonly rest: readonly string[];
}

/** The place that a path names; undefined where it isn't about secrets. */
export function findRoute(path: readonly string[]): Route | undefined {
  const [root, first = '', second = '', third, fourth = '', fifth, ...deep] = path;
  if (root === 'repos' && fourth === 'secrets' && (third === 'actions' || third === 'dependabot')) {
    const kind = third === 'actions' ? 'repository' : 'dependabot';
    return { place: { kind, repository: `${first}/${second}` }, rest: path.slice(5) };
  }
  if (root === 'repos' && third === 'environments' && fifth === 'secrets') {
    return { place: { kind: 'environment', repository: `${first}/${second}`, environment: fourth }, rest: deep };
  }
  if (root === 'orgs' && second === 'actions' && third === 'secrets') {
    return { place: { kind: 'organization', organization: first }, rest: path.slice(4) };
  }
  return undefined;
}

/** The permission of a fine-grained or app token for each kind of place (GitHub REST API descriptions). */
export const permissionFor: Readonly<Record<Place['kind'], string>> = {
  repository: 'secrets',
  environment: 'environments',
  dependabot: 'dependabot_secrets',
  organization: 'organization_secrets',
};

/** Names compare without case. */
export function keyOf(place: Place): string {
  const owner = 'repository' in place ? place.repository : place.organization;
  return [place.kind, owner, place.kind === 'environment' ? place.environment : ''].join(' ').toLowerCase();
}
