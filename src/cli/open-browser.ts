import { spawn } from 'node:child_process';

type Environment = Readonly<Record<string, string | undefined>>;

/** A program and its first arguments; the address comes last. */
type Opener = readonly [command: string, ...words: string[]];

/**
 * The programs that can open an address on this machine. They start without a shell, because a shell would interpret
 * `&`. On Linux, the programs in BROWSER come first (separated by colons, as xdg-open reads it; `%s` stands for the
 * address).
 */
function openersOf(platform: NodeJS.Platform, { BROWSER = '', WSL_DISTRO_NAME }: Environment): Opener[] {
  const chosen = BROWSER.split(':').flatMap((line): Opener[] => {
    const [command, ...words] = line.split(/\s+/u).filter((word) => word !== '' && word !== '%s');
    return command === undefined ? [] : [[command, ...words]];
  });
  switch (platform) {
    case 'darwin':
      return [['open']];
    case 'win32':
      return [['rundll32', 'url.dll,FileProtocolHandler']];
    default:
      return WSL_DISTRO_NAME === undefined
        ? [...chosen, ['xdg-open']]
        : [...chosen, ['wslview'], ['rundll32.exe', 'url.dll,FileProtocolHandler'], ['xdg-open']];
  }
}

/** The variables that a browser and its opener need. Any other variable could be a secret, so it isn't passed on. */
const harmless =
  /^(?:PATH|PATHEXT|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_\w+|TZ|TERM|TMPDIR|TEMP|TMP|BROWSER|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|XDG_\w+|DBUS_SESSION_BUS_ADDRESS|DESKTOP_SESSION|GNOME_DESKTOP_SESSION_ID|KDE_FULL_SESSION|KDE_SESSION_VERSION|SystemRoot|SystemDrive|windir|ComSpec|USERPROFILE|USERNAME|HOMEDRIVE|HOMEPATH|APPDATA|LOCALAPPDATA|ProgramData|ProgramFiles(?:\(x86\))?|ProgramW6432|WSL_DISTRO_NAME|WSL_INTEROP|WSLENV|VSCODE_IPC_HOOK_CLI|VSCODE_GIT_IPC_HANDLE|REMOTE_CONTAINERS_IPC|CODESPACES)$/iu;

function withoutSecrets(environment: Environment): Record<string, string> {
  const passedOn = Object.entries(environment).filter(([name, value]) => value !== undefined && harmless.test(name));
  return Object.fromEntries(passedOn.map(([name, value]) => [name, value ?? '']));
}

interface BrowserOptions {
  readonly platform: NodeJS.Platform;
  readonly environment: Environment;
  /** Called if every opener has failed. */
  readonly onFailure: () => void;
}

/**
 * Opens an address in the browser of the user. If that fails, the sign-in goes on, because the address is printed too.
 */
export function openBrowser(url: string, options: BrowserOptions): void {
  const { platform, environment, onFailure } = options;
  const env = withoutSecrets(environment);
  const attempt = ([opener, ...others]: readonly Opener[]): void => {
    if (opener === undefined) {
      onFailure();
      return;
    }
    const [command, ...words] = opener;
    let isOver = false;
    const next = (): void => {
      if (isOver) return;
      isOver = true;
      attempt(others);
    };
    const child = spawn(command, [...words, url], { stdio: 'ignore', detached: true, env });
    child.once('error', next);
    child.once('exit', (code) => {
      if (code !== 0 && code !== null) next();
    });
    child.unref();
  };
  attempt(openersOf(platform, environment));
}
