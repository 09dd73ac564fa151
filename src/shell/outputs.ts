import type { Check } from '../core/checks/check.ts';
import { type OutputName, outputNames } from '../core/interface.ts';
import type { Outcome, PlanEntry } from '../core/outcome.ts';
import { formatInstant } from '../core/request/instant.ts';
import { describeCheck } from './check-text.ts';
import { patJson } from './pat-json.ts';
import { describeReason } from './plan-reason-text.ts';

/** A line of a plan as users see it. `valid-to` is null if there is no PAT yet. */
export function planJson(entry: PlanEntry): Record<string, unknown> {
  const { organization, displayName, action, reason, life, failure } = entry;
  return {
    organization,
    'display-name': displayName,
    action,
    reason: describeReason(reason),
    'valid-to': life ? formatInstant(life.validTo) : null,
    ...(failure ? { 'error-code': failure.code } : {}),
  };
}

/** A check as users see it. */
function checkJson(check: Check): Record<string, unknown> {
  const { subject, text, advice } = describeCheck(check);
  return { check: check.check, subject, state: check.state, text, ...(advice === undefined ? {} : { advice }) };
}

/** An outcome as JSON, with the names of the outputs. */
export function outcomeJson(outcome: Outcome): Record<string, unknown> {
  const { plan } = outcome;
  return {
    ...foundJson(outcome),
    ...(plan ? { plan: plan.map(planJson) } : {}),
    changed: outcome.changed,
  };
}

/** The PATs or the checks that an outcome is about. */
function foundJson(outcome: Outcome): Record<string, unknown> {
  switch (outcome.operation) {
    case 'create':
    case 'rotate': {
      const { pat, previousAuthorizationId } = outcome;
      return {
        ...(pat ? patJson(pat) : {}),
        ...(previousAuthorizationId === undefined ? {} : { 'previous-authorization-id': previousAuthorizationId }),
      };
    }
    case 'get':
    case 'update':
      return patJson(outcome.pat);
    case 'list':
      return { pats: outcome.pats.map(patJson), count: outcome.pats.length };
    case 'check':
      return { checks: outcome.checks.map(checkJson) };
    default:
      return {};
  }
}

/** The outputs of a step as texts, by their names in the table. */
export function outputsOf(outcome: Outcome): [name: OutputName, value: string][] {
  const json = outcomeJson(outcome);
  return outputNames.filter((name) => name in json).map((name) => [name, textOf(json[name])]);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
