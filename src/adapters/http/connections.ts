import { isIP } from 'node:net';
import tls from 'node:tls';
import type { buildConnector, Dispatcher, Pool } from 'undici';
import { type Milliseconds, second } from '../../core/time.ts';
import { NotConnected, ProxyRefusal } from './connection-error.ts';
import { Lookups } from './lookups.ts';
import { bypassesEveryHost, parseNoProxy } from './no-proxy.ts';
import { type ProxyAddress, parseProxyAddress } from './proxy-address.ts';
import { tlsRules } from './tls.ts';
import type { ProxySettings } from './types.ts';

interface ConnectionOptions {
  /** How long opening a connection may take. */
  readonly timeout: Milliseconds;
  /** How many connections to one origin are open at most. */
  readonly perOrigin: number;
  readonly proxy: ProxySettings;
  /** Called with the host of each request, and with the way that the request takes. */
  readonly onRoute: (host: string, way: 'proxied' | 'direct') => void;
  /** PEMs of certificates that are trusted in addition to those of Node. */
  readonly authorities: readonly string[];
}

/** The connections of the program, straight to services and through the proxy. */
export interface Connections {
  /** The proxy for that address; undefined if there is none. */
  proxyFor(url: URL): ProxyAddress | undefined;
  /** Whether the proxy still has to open the connection to that address. */
  awaitsProxy(url: URL): boolean;
  /** The dispatcher of undici for requests to that address. */
  dispatcherFor(url: URL): Promise<Dispatcher>;
  /** Waits, but not long, until a connection has the address of its host or can't get it. */
  waitForAddress(): Promise<void>;
  close(): Promise<void>;
}

/** The build replaces the package by a file next to the bundle, which has only the needed parts (tools/build.ts). */
const loadUndici = () => import(/* webpackIgnore: true */ 'undici');

/** The largest header of an answer, in bytes: Node's default, which its environment can change. */
const maxHeaderSize = 16 * 1024;

type Connector = buildConnector.connector;

/**
 * Loads and opens nothing before the first request, so a run whose inputs are refused never loads undici.
 * @throws Failure `network` if the proxy's address can't be read
 */
export function createConnections(options: ConnectionOptions): Connections {
  const { timeout, perOrigin, authorities, onRoute, proxy: settings } = options;
  const { none = '' } = settings;
  const proxy = bypassesEveryHost(none) ? undefined : parseProxyAddress(settings);
  const bypassesProxy = parseNoProxy(none);
  /** For each target (`host:port`), the number of connections that the proxy still has to open. */
  const awaited = new Map<string, number>();
  const lookups = new Lookups();
  const transport = {
    ...tlsRules,
    lookup: lookups.lookup,
    ...(authorities.length === 0 ? {} : { ca: [...certificatesOfNode(), ...authorities] }),
    timeout,
    // By default, Node gives each address of a host 250 ms before it tries the next one, and fails after the last one.
    // On a slow network each address takes longer, so each gets a share of the timeout.
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: Math.max(250, Math.floor(timeout / 4)),
  };
  let direct: Promise<Dispatcher> | undefined;
  let proxied: Promise<Dispatcher> | undefined;

  async function openDirect(): Promise<Dispatcher> {
    const { Agent, Pool, buildConnector } = await loadUndici();
    const connect = withNotConnected('service', buildConnector({ ...transport, allowH2: false }));
    return new Agent({ connect, factory: (origin, options) => new Pool(origin, { ...options, ...poolOptions }) });
  }

  async function openProxied({ url, authorization }: ProxyAddress): Promise<Dispatcher> {
    const { Pool, ProxyAgent } = await loadUndici();
    return new ProxyAgent({
      uri: url,
      ...(authorization ? { token: authorization.reveal() } : {}),
      proxyTls: transport,
      requestTls: transport,
      clientFactory: (origin, options) => {
        const { connect } = options as { connect: Connector };
        const connectToProxy = withNotConnected('proxy', withoutAddressAsName(connect));
        return countingTunnels(new Pool(origin, { connect: connectToProxy, maxHeaderSize }));
      },
      factory: (origin, options) => {
        const { connect } = options as { connect: Connector };
        return new Pool(origin, { ...options, ...poolOptions, connect: withNotConnected('service', connect) });
      },
    });
  }

  const poolOptions = {
    keepAliveTimeout: 30 * second,
    // Without a limit the pool opens a connection for every request that is sent while others are under way.
    connections: perOrigin,
    allowH2: false,
    maxHeaderSize,
  };

  /** Counts the tunnels that the proxy still has to open, and turns a refused tunnel into a `ProxyRefusal`. */
  function countingTunnels(pool: Pool): Pool {
    const connect = pool.connect.bind(pool);
    const openTunnel = async (request: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> => {
      const target = request.path;
      awaited.set(target, (awaited.get(target) ?? 0) + 1);
      try {
        const tunnel = await connect(request);
        if (tunnel.statusCode === 200) return tunnel;
        tunnel.socket.on('error', () => {}).destroy();
        throw new ProxyRefusal(tunnel.statusCode, String(tunnel.headers['proxy-authenticate'] ?? ''));
      } catch (error) {
        throw error instanceof NotConnected ? error : new NotConnected('proxy', error);
      } finally {
        awaited.set(target, (awaited.get(target) ?? 1) - 1);
      }
    };
    return Object.assign(pool, { connect: openTunnel });
  }

  const goesThroughProxy = (url: URL): boolean =>
    proxy !== undefined && !bypassesProxy(url) && !settings.bypasses?.(url);

  return {
    proxyFor: (url) => (goesThroughProxy(url) ? proxy : undefined),
    awaitsProxy: (url) => (awaited.get(`${url.hostname}:${url.port || 443}`) ?? 0) > 0,
    dispatcherFor(url) {
      const isProxied = goesThroughProxy(url);
      onRoute(url.hostname, isProxied ? 'proxied' : 'direct');
      if (proxy && isProxied) {
        proxied ??= openProxied(proxy);
        return proxied;
      }
      direct ??= openDirect();
      return direct;
    },
    waitForAddress: () => lookups.waitForNext(),
    async close() {
      await Promise.all([direct, proxied].map(async (opened) => (await opened)?.destroy()));
    },
  };
}

/** The certificates that Node trusts by itself. Node 20 can't list those from NODE_EXTRA_CA_CERTS. */
function certificatesOfNode(): readonly string[] {
  const { getCACertificates }: Partial<Pick<typeof tls, 'getCACertificates'>> = tls;
  return getCACertificates?.('default') ?? tls.rootCertificates;
}

/**
 * The same connector, without an IP address as the TLS server name. RFC 6066, 3 forbids one, but undici sets it for a
 * proxy.
 */
function withoutAddressAsName(connect: Connector): Connector {
  return (options, callback) => {
    const { servername = '' } = options;
    const isAddress = isIP(servername.replace(/^\[(.*)\]$/u, '$1')) !== 0;
    connect({ ...options, servername: isAddress ? '' : servername }, callback);
  };
}

/** The same connector, but its errors are a `NotConnected`. */
function withNotConnected(to: NotConnected['to'], connect: Connector): Connector {
  return (options, callback) =>
    connect(options, (...result) => {
      const [error] = result;
      if (error === null) callback(...result);
      else callback(error instanceof NotConnected ? error : new NotConnected(to, error), null);
    });
}
