import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AzureDevOps } from './azure-devops/azure-devops.ts';
import { AzureDevOpsOAuth } from './azure-devops-oauth/azure-devops-oauth.ts';
import { Clock } from './clock.ts';
import type { ClientCertificate } from './entra/client-certificate.ts';
import { Entra } from './entra/entra.ts';
import { GitHub } from './github/github.ts';
import { IdTokenIssuer } from './github/id-token-issuer.ts';
import {
  certificateClientId,
  connectionIssuer,
  enterpriseIssuer,
  githubIssuer,
  pipelinesIssuer,
  populateAzureDevOps,
  populateAzureDevOpsOAuth,
  populateEntra,
  populateGitHub,
  populateKeyVault,
} from './initial-data.ts';
import { KeyVault } from './key-vault/key-vault.ts';
import type { Answer } from './network/answer.ts';
import type { Delivery } from './network/delivery.ts';
import { disturb } from './network/disturbance.ts';
import { type Fault, serviceActs } from './network/fault.ts';
import { Latency } from './network/latency.ts';
import { type ProxyServer, startProxy } from './network/proxy.ts';
import type { RecordedRequest } from './network/request.ts';
import type { Service } from './network/service.ts';
import { clientCertificateOf, type Trust, trustOf } from './network/trust.ts';

export interface SandboxOptions {
  /** Milliseconds that every request takes. */
  readonly latency?: number;
  /** Milliseconds that every CONNECT takes. */
  readonly connectLatency?: number;
}

/** Making certificates takes a while, so all sandboxes of a process share their CA and its leaf certificate. */
let trust: Promise<Trust> | undefined;

/** Shared as well, since an RSA key takes longest of all. */
let clientCertificate: Promise<ClientCertificate> | undefined;

/** Plays Entra, Azure DevOps, GitHub and Key Vault in this process, behind an HTTPS proxy on loopback. */
export class Sandbox {
  readonly clock = new Clock();
  readonly entra = new Entra(this.clock);
  readonly azureDevOps = new AzureDevOps(this.clock, this.entra);
  readonly azureDevOpsOAuth = new AzureDevOpsOAuth(this.clock, this.entra);
  readonly github = new GitHub(this.clock);
  readonly idTokens = new IdTokenIssuer(this.clock);
  readonly keyVault = new KeyVault(this.clock, this.entra);
  /** Every request that arrived whole, in order. */
  readonly requests: RecordedRequest[] = [];
  /** `host:port` of every CONNECT, refused ones included. */
  readonly connects: string[] = [];
  /** Asked once per request, before the service acts. */
  fault: ((request: RecordedRequest) => Fault | undefined | Promise<Fault | undefined>) | undefined;
  /** Called after the service acted and before its answer is written. */
  onAnswered: ((request: RecordedRequest) => void | Promise<void>) | undefined;
  readonly #latency: Latency;
  readonly #connectLatency: Latency;
  /** Errors of a test's hook, or of the sandbox itself; close() throws them. */
  readonly #defects: unknown[] = [];
  readonly #services: readonly Service[] = [
    this.entra,
    this.azureDevOps,
    this.azureDevOpsOAuth,
    this.github,
    this.idTokens,
    this.keyVault,
  ];
  #proxy: ProxyServer | undefined;
  #directory = '';

  constructor(options: SandboxOptions = {}) {
    this.#latency = new Latency(options.latency);
    this.#connectLatency = new Latency(options.connectLatency);
    populateEntra(this.entra);
    populateAzureDevOps(this.azureDevOps, this.entra);
    populateAzureDevOpsOAuth(this.azureDevOpsOAuth);
    populateGitHub(this.github);
    populateKeyVault(this.keyVault);
    for (const issuer of [githubIssuer, enterpriseIssuer]) {
      this.entra.issuers.set(issuer, () => this.idTokens.publicKey());
    }
    for (const issuer of [connectionIssuer, pipelinesIssuer]) {
      this.entra.issuers.set(issuer, () => this.azureDevOps.jobTokens.publicKey());
    }
  }

  async start(): Promise<this> {
    trust ??= trustOf(process.env);
    const { authority, leaf } = await trust;
    this.#directory = await mkdtemp(join(tmpdir(), 'pat-sandbox-'));
    await writeFile(this.caFile, authority);
    this.#proxy = await startProxy({
      leaf,
      admit: async (target) => {
        this.connects.push(target);
        await this.#connectLatency.pass();
        return target.endsWith(':443') && this.#service(target.replace(/:\d+$/u, '')) !== undefined;
      },
      respond: (request) => this.#respond({ ...request, index: this.requests.length }),
    });
    return this;
  }

  get caFile(): string {
    return join(this.#directory, 'ca.pem');
  }

  get proxyUrl(): string {
    return this.#proxy?.url ?? '';
  }

  /** The environment by which a child process finds the sandbox instead of the real services. */
  get env(): Record<string, string> {
    return {
      HTTPS_PROXY: this.proxyUrl,
      https_proxy: this.proxyUrl,
      NO_PROXY: '',
      no_proxy: '',
      NODE_EXTRA_CA_CERTS: this.caFile,
    };
  }

  /** Registers a certificate with the certificate client. Returns the PEM of certificate and key for the input. */
  async clientCertificate(): Promise<string> {
    clientCertificate ??= clientCertificateOf(process.env);
    const { certificate, bundle } = await clientCertificate;
    this.entra.client(certificateClientId).certificate = certificate;
    return bundle;
  }

  /** Makes everything that is stored older, as if so much time had passed. */
  elapse(ms: number): void {
    for (const service of this.#services) service.age(ms);
  }

  /**
   * Closes every connection, also those that hang, and removes the CA file.
   * @throws whatever a hook of the test threw meanwhile, or a service of the sandbox
   */
  async close(): Promise<void> {
    await this.#proxy?.close();
    await rm(this.#directory, { recursive: true, force: true });
    if (this.#defects.length > 0) throw this.#defects[0];
  }

  #service(host: string): Service | undefined {
    return this.#services.find((service) => service.owns(host));
  }

  async #respond(request: RecordedRequest): Promise<Delivery> {
    this.requests.push(request);
    await this.#latency.pass();
    try {
      return await this.#deliver(request);
    } catch (error) {
      this.#defects.push(error);
      return { kind: 'cut' };
    }
  }

  async #deliver(request: RecordedRequest): Promise<Delivery> {
    const service = this.#service(request.host);
    if (service === undefined) return { kind: 'cut' };
    const fault = await this.fault?.(request);
    const acted = serviceActs(fault);
    const answer = acted ? await this.#act(service, request) : undefined;
    const delivery = disturb(fault, answer, service, request);
    if ('answer' in delivery) request.status = delivery.answer.status;
    if (acted) await this.onAnswered?.(request);
    return delivery;
  }

  async #act(service: Service, request: RecordedRequest): Promise<Answer> {
    const answer = await service.answer(request);
    return { ...answer, headers: { date: new Date(this.clock.now()).toUTCString(), ...answer.headers } };
  }
}

/** Starts a sandbox. It shares nothing with other sandboxes except the CA of this process. */
export function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  return new Sandbox(options).start();
}
