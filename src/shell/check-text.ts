import type { Check, CheckWords } from '../core/checks/check.ts';
import type { ActivePatFinding, Finding } from '../core/checks/finding.ts';
import { noticeableDifference } from '../core/checks/machine.ts';
import type { MissingValue } from '../core/plan-reason.ts';
import { formatDuration } from '../core/request/duration.ts';
import { formatInstant } from '../core/request/instant.ts';
import { quoteForeign } from '../core/sanitize.ts';
import type { StoredValue } from '../core/stored-value.ts';
import type { ClockDifference, Instant } from '../core/time.ts';
import { permissionsMissing } from '../core/tokens/permissions.ts';
import { trimEnd } from '../core/trim-end.ts';

/**
 * A check in words.
 * @example describeCheck({ check: 'proxy', subject: undefined, state: 'ok', finding: { kind: 'no-proxy' } }).text // 'No proxy is set.'
 */
export function describeCheck(check: Check): CheckWords {
  const subject = subjectOf(check);
  const { text, advice } = sentencesOf(check.finding, { subject, isOk: check.state === 'ok' });
  return { subject, text, advice: advice || undefined };
}

function subjectOf({ check, subject, finding }: Check): string {
  if (subject === undefined) return unnamed(check, finding);
  if (check === 'sign-in' && finding.kind === 'failure') return `client ${subject}`;
  return namedChecks.includes(check) ? quoteForeign(subject) : subject;
}

/** Checks whose subject has a name that a person may have chosen freely. */
const namedChecks: readonly Check['check'][] = ['sign-in', 'permissions', 'pat'];

/** What a check without a name is about. */
function unnamed(check: Check['check'], { kind }: Finding): string {
  switch (check) {
    case 'clock':
      return 'this machine';
    case 'proxy':
      return kind === 'no-proxy' ? 'none' : 'with an unreadable address';
    default:
      return 'a user whom the token does not name';
  }
}

const serviceNames: Readonly<Record<ClockDifference['service'], string>> = {
  'azure-devops': 'Azure DevOps',
  'last-to-answer': 'the service that answered last',
};

type Advice = string | false | undefined;

interface Sentences {
  readonly text: string;
  /** What to do, if there is something to do. */
  readonly advice?: Advice;
}

function sentencesOf(
  finding: Finding,
  { subject, isOk }: { readonly subject: string; readonly isOk: boolean },
): Sentences {
  switch (finding.kind) {
    case 'failure': {
      const { code, what, why, hint } = finding.failure;
      return { text: `${what}: ${trimEnd(why, /[.\s]/u)} (${code}).`, advice: hint };
    }
    case 'signed-in': {
      const tenant = finding.tenant === undefined ? '' : ` in the tenant ${quoteForeign(finding.tenant)}`;
      const life =
        finding.left === undefined
          ? 'Microsoft Entra does not say how long this sign-in lasts; by default it ends after 90 days without use.'
          : `The refresh token is valid for another ${formatDuration(finding.left)}.`;
      return {
        text: `The refresh token signs in as ${subject}${tenant}. ${life}`,
        advice: !isOk && 'Sign in again with the command sign-in, and store that refresh token.',
      };
    }
    case 'permissions-missing': {
      const { missing } = finding;
      return {
        text: `The access token lacks ${missing.join(' and ')}.`,
        advice: permissionsMissing(missing).hint,
      };
    }
    case 'permissions': {
      const { scopes } = finding;
      if (scopes.length > 0) return { text: `The access token has the permissions ${quoteForeign(scopes.join(' '))}.` };
      return { text: 'The access token does not say which permissions it has. Azure DevOps decides at each request.' };
    }
    case 'certificate': {
      const { end, left } = finding;
      return {
        text:
          left > 0
            ? `The client certificate is valid for another ${formatDuration(left)}, until ${formatInstant(end)}.`
            : `The client certificate expired on ${formatInstant(end)}.`,
        advice: !isOk && 'Add a new certificate to the app registration and store it as client-certificate.',
      };
    }
    case 'pats-listed':
      return {
        text: `The PATs of this user can be listed; ${finding.count} are active now. Whether a policy forbids new ones shows only when a run makes one.`,
      };
    case 'active-pat':
      return activePatSentences(finding);
    case 'no-such-pat': {
      const { lookalike } = finding;
      if (!lookalike) {
        return {
          text: 'There is no active PAT of this name.',
          advice: 'Create it, for example with the operation rotate and if-missing: create.',
        };
      }
      return {
        text: `There is no active PAT of this name. PAT ${lookalike.authorizationId} has a name that looks the same, but is written with other Unicode characters.`,
        advice: 'Copy the name from the output of list.',
      };
    }
    case 'no-such-id':
      return {
        text: 'No active PAT of this organization has this id.',
        advice: 'Give the authorization-id of an active PAT, as the output of list shows it, or a display-name.',
      };
    case 'several-of-one-name':
      return {
        text: `${finding.ids.length} active PATs have this name: ${finding.ids.join(', ')}. No operation can choose between them by name.`,
        advice: 'Revoke those that are not needed, each by its authorization-id.',
      };
    case 'concurrent-rotations':
      return {
        text: `Several rotations left ${finding.ids.length} PATs of this name: ${finding.ids.join(', ')}.`,
        advice: 'A later rotation leaves only one. Let rotations of one PAT wait for each other.',
      };
    case 'unfinished-rotation':
      return {
        text: `A rotation has not finished. It left these PATs: ${finding.ids.join(', ')}.`,
        advice: 'A later rotation finishes it.',
      };
    case 'superseded':
      return { text: `The previous PAT ${finding.id} ends by itself at ${formatInstant(finding.end)}.` };
    case 'similar-name':
      return {
        text: `PAT ${finding.pat.authorizationId} "${quoteForeign(finding.pat.displayName)}" looks as if a rotation of "${subject}" had left it, but nothing proves that, so no operation touches it.`,
      };
    case 'custody': {
      const now = finding.isRenewed
        ? 'The new refresh token is stored there.'
        : 'The service sent no new refresh token.';
      return {
        text: `${heldBefore(finding.before)} ${now}`,
        advice: !isOk && 'Store a refresh token there with the command sign-in and its option --store.',
      };
    }
    case 'value-missing':
      return {
        text: missingText(finding.missing),
        advice: 'Run rotate or sync, which makes a new PAT and stores it there.',
      };
    case 'value':
      return { text: heldText(finding.held) };
    case 'clock-not-compared':
      return { text: 'No answer of a service carried a time, so the clock was not compared.' };
    case 'clock-agrees':
      return {
        text: `The clock differs from that of ${serviceNames[finding.service]} by less than ${formatDuration(noticeableDifference)}.`,
      };
    case 'clock-differs': {
      const { ahead, service } = finding;
      const direction = ahead > 0 ? 'ahead of' : 'behind';
      return {
        text: `The clock is ${formatDuration(Math.abs(ahead))} ${direction} that of ${serviceNames[service]}.`,
        advice: 'Set the clock right: certificates, assertions and the ends of PATs depend on it.',
      };
    }
    case 'no-proxy':
      return { text: 'No proxy is set.' };
    case 'proxy':
      return { text: routeText(subject, finding) };
    case 'runtime':
      return { text: [`This runs on ${subject}.`, finding.note].filter(Boolean).join(' ') };
  }
}

function activePatSentences({ concern, pat, left }: ActivePatFinding): Sentences {
  const until = `until ${formatInstant(pat.validTo)} (another ${formatDuration(left)})`;
  switch (concern) {
    case undefined:
      return { text: `It is valid ${until}.` };
    case 'due':
      return { text: `It is due: it is valid ${until}.`, advice: 'The next rotation replaces it.' };
    case 'ends-soon':
      return { text: `It ends soon: it is valid ${until}.`, advice: 'Rotate it.' };
    case 'global':
      return {
        text: `It works in all organizations, and its own dates say that it is valid ${until}. Azure DevOps ends all such PATs on 2026-12-01.`,
        advice: 'Rotate it: its successor works only in this organization.',
      };
    case 'scopes-drifted':
      return {
        text: `Its scopes differ from those in the manifest. It is valid ${until}.`,
        advice: 'The next sync changes them.',
      };
  }
}

function missingText(missing: MissingValue): string {
  switch (missing.found) {
    case 'nothing':
      return 'It can be reached, but it holds no value.';
    case 'ended':
      return `The value that it holds ended on ${formatInstant(missing.endedAt)}.`;
    case 'older':
      return `The value that it holds is older than the PAT: it was stored at ${formatInstant(missing.storedAt)}, and the PAT began at ${formatInstant(missing.validFrom)}.`;
  }
}

function heldText({ exists, updatedAt }: StoredValue): string {
  if (exists !== 'unknown') return `It can be reached, and holds a value${storedText(updatedAt)}.`;
  const changed = updatedAt === undefined ? '' : ` It was last changed at ${formatInstant(updatedAt)}.`;
  return `It can be reached. The service does not say whether it holds a value.${changed}`;
}

function heldBefore({ exists, updatedAt }: StoredValue): string {
  if (exists === 'unknown') return 'The service does not say whether it held a value.';
  return exists ? `It held a value${storedText(updatedAt)}.` : 'It held no value.';
}

function storedText(updatedAt: Instant | undefined): string {
  return updatedAt === undefined ? '' : ` that was stored at ${formatInstant(updatedAt)}`;
}

function routeText(proxy: string, { direct, isBypassed }: Extract<Finding, { kind: 'proxy' }>): string {
  if (isBypassed) return 'A proxy is set, but no request went through it: each host of this run is an exception.';
  if (direct.length === 0) return `Requests go through the proxy ${proxy}.`;
  return `Requests go through the proxy ${proxy}, except to ${direct.join(', ')}.`;
}
