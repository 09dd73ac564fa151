import { spawn } from 'node:child_process';

interface Opener {
  readonly command: string;
  readonly arguments: readonly string[];
}

/** What opens an address on each platform, without a shell in between that would read `&` its own way. */
function openerOf(platform: NodeJS.Platform): Opener {
  switch (platform) {
    case 'darwin':
      return { command: 'open', arguments: [] };
    case 'win32':
      return { command: 'rundll32', arguments: ['url.dll,FileProtocolHandler'] };
    default:
      return { command: 'xdg-open', arguments: [] };
  }
}

/**
 * Opens an address in the browser of the user. That it can't be done is no failure: the address is printed too.
 * @param onFailure called where there is certainly no browser
 */
export function openBrowser(url: string, platform: NodeJS.Platform, onFailure: () => void): void {
  const opener = openerOf(platform);
  const child = spawn(opener.command, [...opener.arguments, url], { stdio: 'ignore', detached: true });
  child.once('error', onFailure);
  child.once('exit', (code) => {
    if (code !== 0 && code !== null) onFailure();
  });
  child.unref();
}
