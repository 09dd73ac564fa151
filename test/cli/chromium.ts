import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sandbox } from '../../sandbox/index.ts';
import { which } from './harness.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** Chromium on this machine; undefined where there is none. */
export const chromium = names.map(which).find((path) => path !== undefined);

interface Message {
  readonly id?: number;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

/** A tab of a headless browser that reaches the sandbox as if it were the world. */
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
    const address = await new Promise<string>((resolve, reject) => {
      let said = '';
      process.stderr.setEncoding('utf8').on('data', (text) => {
        said += text;
        const [, found] = /DevTools listening on (ws:\S+)/u.exec(said) ?? [];
        if (found) resolve(found);
      });
      process.once('error', reject);
      process.once('exit', (code) => reject(new Error(`Chromium ended with ${code}: ${said}`)));
    });
    const list = await fetch(`http://${new URL(address).host}/json/list`);
    const [page] = (await list.json()) as { readonly webSocketDebuggerUrl: string }[];
    const socket = new WebSocket(page?.webSocketDebuggerUrl ?? '');
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve, { once: true });
      socket.addEventListener('error', reject, { once: true });
    });
    return new Tab(process, folder, socket);
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

  /** Waits for a page of that title, and does something in it. */
  async on(title: string, script = ''): Promise<void> {
    for (let tries = 0; tries < 200; tries++) {
      const ready = await this.evaluate(`document.readyState === 'complete' && document.title`);
      if (ready === title) {
        if (script !== '') await this.evaluate(script);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`The page "${title}" did not come; it is "${await this.evaluate('document.title')}"`);
  }

  async screenshot(): Promise<Buffer> {
    const { data } = await this.#send('Page.captureScreenshot', { format: 'png' });
    return Buffer.from(String(data), 'base64');
  }

  async close(): Promise<void> {
    this.#socket.close();
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGKILL');
    await ended;
    // Its helpers end a moment after it, and write until then.
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}
