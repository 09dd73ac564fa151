import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sandbox } from '../../sandbox/index.ts';
import { findProgram } from './harness.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** Chromium on this machine; undefined if there is none. */
export const chromium = names.map(findProgram).find((path) => path !== undefined);

interface Message {
  readonly id?: number;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

/** A tab of a headless browser that reaches the sandbox as if it were the internet. */
export class Tab {
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (message: Message) => void>();
  #last = 0;

  private constructor(process: ChildProcess, folder: string, socket: WebSocket) {
    this.#process = process;
    this.#folder = folder;
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(String(data)) as Message;
      if (message.id !== undefined) this.#waiting.get(message.id)?.(message);
    });
  }

  static async open(sandbox: Sandbox): Promise<Tab> {
    const folder = await mkdtemp(join(tmpdir(), 'pat-chromium-'));
    const process = spawn(
      chromium ?? '',
      [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--disable-dev-shm-usage',
        `--user-data-dir=${folder}`,
        `--proxy-server=${sandbox.proxyUrl}`,
        // The sandbox's CA is made for the run, and no browser knows it.
        '--ignore-certificate-errors',
        '--remote-debugging-port=0',
        'about:blank',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    try {
      return new Tab(process, folder, await connect(await addressOf(process)));
    } catch (error) {
      await end(process, folder);
      throw error;
    }
  }

  async #send(method: string, params: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>> {
    this.#last += 1;
    const id = this.#last;
    const message = await new Promise<Message>((resolve) => {
      this.#waiting.set(id, resolve);
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
    this.#waiting.delete(id);
    if (message.error) throw new Error(`${method}: ${message.error.message}`);
    return message.result ?? {};
  }

  async visit(url: string): Promise<void> {
    await this.#send('Page.navigate', { url });
  }

  /** Runs an expression in the page; undefined while the page changes. */
  async evaluate(expression: string): Promise<unknown> {
    try {
      const { result } = await this.#send('Runtime.evaluate', { expression, returnByValue: true });
      return (result as { readonly value?: unknown }).value;
    } catch {
      return undefined;
    }
  }

  /** Waits for a page of that title, as long as the test may take, and does something in it. */
  async on(title: string, script = ''): Promise<void> {
    while ((await this.evaluate(`document.readyState === 'complete' && document.title`)) !== title) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    if (script !== '') await this.evaluate(script);
  }

  async close(): Promise<void> {
    this.#socket.close();
    await end(this.#process, this.#folder);
  }
}

/** Where Chromium says that it listens. */
function addressOf(process: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    process.stderr?.setEncoding('utf8').on('data', (text) => {
      said += text;
      const [, found] = /DevTools listening on (ws:\S+)/u.exec(said) ?? [];
      if (found) resolve(found);
    });
    process.once('error', reject);
    process.once('exit', (code) => reject(new Error(`Chromium ended with ${code}: ${said}`)));
  });
}

async function connect(address: string): Promise<WebSocket> {
  const list = await fetch(`http://${new URL(address).host}/json/list`);
  const [page] = (await list.json()) as { readonly webSocketDebuggerUrl: string }[];
  const socket = new WebSocket(page?.webSocketDebuggerUrl ?? '');
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true });
    socket.addEventListener('error', reject, { once: true });
  });
  return socket;
}

async function end(process: ChildProcess, folder: string): Promise<void> {
  // A process that could not be started has no id.
  if (process.pid !== undefined && process.exitCode === null && process.signalCode === null) {
    const ended = once(process, 'exit');
    process.kill('SIGKILL');
    await ended;
  }
  // The browser's helper processes end a moment later, and write until then.
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}
