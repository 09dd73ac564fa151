import type { Pat } from '../../../sandbox/azure-devops/pat.ts';
import { errorCodes } from '../../../src/core/error-code.ts';
import { type Fixture, lineage, type Run, type State } from './fixture.ts';

/** Every check returns what is wrong, in sentences. */
export type Violations = string[];

/** I1: what a destination holds works. I4: so does the stored refresh token. */
export function checkHeldValues(fixture: Fixture): Violations {
  const { sandbox, setting } = fixture;
  const found: Violations = [];
  for (const holder of setting.holders) {
    const value = holder.read(sandbox);
    if (value !== undefined && !fixture.works(value)) found.push(`I1: ${holder.destination} holds a PAT that is dead`);
  }
  if (!fixture.refreshTokenWorks(setting.custody.read(sandbox) ?? '')) {
    found.push(`I4: ${setting.custody.destination} holds a refresh token that is dead`);
  }
  return found;
}

/**
 * I2: one active PAT, named exactly, in every destination; beside it at most one that ends by itself within a day. Where the
 * service refuses to rename or to shorten, the current PAT is the one that is held, and the other one stays what it was.
 */
export function checkSettled(fixture: Fixture, ends: 'alone' | 'beside one that ends' = 'alone'): Violations {
  const { sandbox, setting } = fixture;
  const { refuseRename, refuseShorten } = sandbox.azureDevOps.patApi;
  const active = fixture.active();
  const held = setting.holders[0]?.read(sandbox);
  const present = active.filter(({ displayName, token }) => (refuseRename ? token === held : displayName === lineage));
  const others = active.filter((pat) => !present.includes(pat));
  const found = checkHeldValues(fixture);
  if (present.length !== 1) found.push(`I2: ${present.length} active PATs are named "${lineage}"`);
  const soon = Date.now() + 25 * 3_600_000;
  const ending = others.filter(
    ({ displayName, validTo }) =>
      (refuseRename || displayName === `${lineage}~superseded`) && (refuseShorten || validTo < soon),
  );
  const allowed = ends === 'alone' ? 0 : 1;
  if (ending.length > allowed || others.length > ending.length) {
    found.push(`I2: ${others.map(({ displayName }) => displayName).join(', ')} beside the current PAT`);
  }
  for (const holder of setting.holders) {
    if (holder.read(sandbox) === present[0]?.token) continue;
    found.push(`I2: ${holder.destination} does not hold the current PAT`);
  }
  return found;
}

const formsOf = (secret: string): string[] => [
  secret,
  Buffer.from(secret).toString('base64').slice(0, -4),
  Buffer.from(`:${secret}`).toString('base64').slice(0, -4),
  encodeURIComponent(secret),
];

/** I3, in what the process printed before the runner masks it: the masks are only a second line of defense. */
export function checkSecrets(run: Run): Violations {
  const { stdout, stderr, rawSummary, outputs, log, annotations } = run.step;
  const printed = stdout
    .split('\n')
    .filter((line) => !line.startsWith('::add-mask::'))
    .join('\n');
  const texts = { printed, stderr, rawSummary, log, said: JSON.stringify([annotations, outputs['error-message']]) };
  const forms = [...run.secrets].flatMap(formsOf);
  return Object.entries(texts)
    .filter(([, text]) => forms.some((form) => text.includes(form)))
    .map(([where]) => `I3: a secret in ${where}`);
}

/** A run ends well, or with a documented code and one line. */
export function checkReporting(run: Run): Violations {
  const { exitCode, outputs, annotations, stderr, log } = run.step;
  const errors = annotations.filter(({ level }) => level === 'error');
  const found: Violations = [];
  if (stderr !== '') found.push(`wrote to standard error: ${stderr}`);
  if (exitCode === 0) {
    if (errors.length > 0 || outputs['error-code']) found.push('succeeded, and reported an error');
    return found;
  }
  if (exitCode !== 1) found.push(`ended with ${exitCode ?? run.step.signal}`);
  if (!(errorCodes as readonly string[]).includes(outputs['error-code'] ?? '')) {
    found.push(`error-code is "${outputs['error-code']}"`);
  }
  if (errors.length !== 1 || /[\r\n]/u.test(errors[0]?.message ?? '')) found.push(`${errors.length} errors reported`);
  if (/^\s+at .+:\d+/mu.test(log)) found.push('a stack trace in the log');
  if (/does not know/u.test(outputs['error-message'] ?? '')) found.push('calls a fault its own defect');
  return found;
}

/** Whether a destination accepted a PAT of this run, or may have as far as the run can tell. */
function mayBeHeld(fixture: Fixture, run: Run): boolean {
  const refused = ({ status = 0 }: { status?: number }) => status >= 300 && status < 500 && status !== 408;
  return run.sent.some(({ label, request }) => {
    const stores = request.method === 'PUT' && fixture.setting.holders.some(({ address }) => label.endsWith(address));
    return stores && !refused(request);
  });
}

const identityOf = ({ authorizationId, displayName, validTo }: Pat): string =>
  `${authorizationId} ${displayName} ${validTo}`;

/** I5: a run that failed before any destination may have accepted its PAT left the lineage as it was. */
export function checkUndone(fixture: Fixture, run: Run, before: State): Violations {
  if (run.succeeded || mayBeHeld(fixture, run)) return [];
  const alive = new Set(before.pats.filter((pat) => !pat.revoked).map(identityOf));
  const now = fixture.active().map(identityOf);
  const isSame = now.length === alive.size && now.every((pat) => alive.has(pat));
  return isSame ? [] : ['I5: no destination accepted the new PAT, and the lineage is not as it was'];
}

/** A successful run made a PAT that works and that every destination holds, unless none was due. It left one PAT, or warned. */
export function checkResult(fixture: Fixture, run: Run): Violations {
  if (!run.succeeded) return [];
  const { outputs, annotations } = run.step;
  const warned = annotations.some(({ level }) => level === 'warning');
  // Nothing was due; or a destination did not say what it holds, and a warning says so.
  if (outputs.changed !== 'true') return warned ? [] : checkSettled(fixture);
  const found: Violations = [];
  if (!fixture.works(outputs.token ?? '')) found.push('succeeded with a token that does not work');
  for (const holder of fixture.setting.holders) {
    if (holder.read(fixture.sandbox) !== outputs.token)
      found.push(`succeeded, and ${holder.destination} holds another PAT`);
  }
  return warned ? found : [...found, ...checkSettled(fixture)];
}

/** After the last store the error says "everywhere" in place of the names: then it must be so. */
function checkOneIsStored(fixture: Fixture): Violations {
  const [value, ...others] = new Set(fixture.setting.holders.map((holder) => holder.read(fixture.sandbox)));
  const isSame = others.length === 0 && value !== undefined && fixture.works(value);
  return isSame ? [] : ['I5: the error says that the new PAT is stored everywhere, and it is not'];
}

/** I5: if some destinations hold the new PAT and some may not, the error names each of them. */
export function checkErrorNamesHolders(fixture: Fixture, run: Run): Violations {
  if (run.succeeded || !mayBeHeld(fixture, run)) return [];
  const retires = run.sent.some(({ label }) => /^(revoke|set end).* PAT 0$/u.test(label));
  if (retires) return [];
  const message = run.step.outputs['error-message'] ?? '';
  if (message.includes('is stored everywhere')) return checkOneIsStored(fixture);
  return fixture.setting.holders
    .filter(({ destination }) => !message.includes(destination))
    .map(({ destination }) => `I5: the error does not say what ${destination} holds`);
}
