import { setOutput } from '@actions/core';
import { Failure } from '../core/failure.ts';
import type { OutputName } from '../core/interface.ts';
import type { Outcome } from '../core/outcome.ts';
import { isGlobal, type Pat } from '../core/pat.ts';
import type { Log } from '../core/ports.ts';
import { formatInstant } from '../core/request/instant.ts';
import type { Secret } from '../core/secret.ts';
import { patJson, planJson } from '../shell/outputs.ts';

export function output(name: OutputName, value: string): void {
  setOutput(name, value);
}

/**
 * An output that is a secret. Without an output file the toolkit prints outputs as commands, which must not happen to
 * this one.
 * @throws Failure `invalid-input`
 */
export function outputSecret(name: OutputName, secret: Secret): void {
  if (!process.env.GITHUB_OUTPUT) {
    throw new Failure('invalid-input', {
      what: `Writing the output ${name}`,
      why: 'there is no output file (GITHUB_OUTPUT)',
      hint: 'Run this as a step of a workflow; outside of GitHub use the command line.',
    });
  }
  setOutput(name, secret.reveal());
}

/** Writes the metadata of one PAT, each value an output of its own. */
export function outputPat(pat: Pat): void {
  output('authorization-id', pat.authorizationId);
  output('display-name', pat.displayName);
  output('scopes', pat.scope);
  output('valid-from', formatInstant(pat.validFrom));
  output('valid-to', formatInstant(pat.validTo));
  output('all-organizations', String(isGlobal(pat)));
}

/** What holds from the moment on at which a new PAT is somewhere, however the step ends. */
export function outputKept(made: Pat, previous: Pat | undefined): void {
  outputPat(made);
  if (previous) output('previous-authorization-id', previous.authorizationId);
  output('changed', 'true');
}

/** GitHub takes 1 MB of outputs from a job, counted in UTF-16 (Workflow syntax, `jobs.<job_id>.outputs`). In units of it. */
const mostOutput = 500_000;

export function outputOutcome(outcome: Outcome, log: Log): void {
  if (outcome.pat) outputPat(outcome.pat);
  if (outcome.previousAuthorizationId !== undefined) {
    output('previous-authorization-id', outcome.previousAuthorizationId);
  }
  if (outcome.pats) {
    const json = JSON.stringify(outcome.pats.map(patJson));
    output('pats', json);
    if (json.length > mostOutput) {
      log.warning(
        `The output pats is larger than GitHub hands from one job to another (1 MB). Steps of this job can read it; for other jobs let filter or expiring-within choose fewer PATs.`,
      );
    }
    output('count', String(outcome.pats.length));
  }
  if (outcome.plan) output('plan', JSON.stringify(outcome.plan.map(planJson)));
  output('changed', String(outcome.changed));
}
