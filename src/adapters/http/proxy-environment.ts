import type { ProxySettings } from './types.ts';

/**
 * The proxy in the environment. Lower-case variables win, as in curl and in other clients of the runner. `ALL_PROXY`
 * counts if no variable for https is set.
 */
export function proxyOf(environment: Readonly<Record<string, string | undefined>>): ProxySettings {
  const variable = ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'].find((name) => environment[name]);
  const none = environment.no_proxy || environment.NO_PROXY;
  return {
    ...(variable === undefined ? {} : { https: environment[variable] ?? '', variable }),
    ...(none ? { none } : {}),
  };
}
