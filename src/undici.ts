/**
 * The part of undici that the bundle needs. The build replaces the package by this file (tools/build.ts), because its
 * index also loads WebSocket, caches, mocks and its own fetch, which doubles the size.
 */
// @ts-expect-error undici publishes types for its index alone
import connect from 'undici/lib/api/api-connect.js';
// @ts-expect-error see above
import request from 'undici/lib/api/api-request.js';
// @ts-expect-error see above
import buildConnector from 'undici/lib/core/connect.js';
// @ts-expect-error see above
import Agent from 'undici/lib/dispatcher/agent.js';
// @ts-expect-error see above
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
// @ts-expect-error see above
import Pool from 'undici/lib/dispatcher/pool.js';
// @ts-expect-error see above
import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js';

// As undici's own index does for all of its calls.
Object.assign(Dispatcher.prototype, { connect, request });

export { Agent, buildConnector, Pool, ProxyAgent };
