import type { Fixture, Run } from './fixture.ts';

function sequence(run: Run): string[] {
  return run.sent.map(({ label, request, fault, acted }) => {
    const end = request.status === undefined ? 'no answer' : `HTTP ${request.status}`;
    const wrong = fault ? `  <-- ${JSON.stringify(fault)}, ${acted ? 'acted' : 'not acted'}` : '';
    return `    ${label}: ${end}${wrong}`;
  });
}

/** What a reader of a failed cell needs: what was done, what the run said, what it left. */
export function reportFailure(
  title: string,
  fixture: Fixture,
  runs: readonly Run[],
  violations: readonly string[],
): string {
  const pats = fixture.sandbox.azureDevOps.pats.map(
    (pat, at) =>
      `    PAT ${at} ${pat.displayName} until ${new Date(pat.validTo).toISOString()}${pat.revoked ? ' revoked' : ''}`,
  );
  const held = fixture.setting.holders.map((holder) => {
    const value = holder.read(fixture.sandbox);
    const at = fixture.sandbox.azureDevOps.pats.findIndex(({ token }) => token === value);
    return `    ${holder.destination}: ${value === undefined ? 'empty' : `PAT ${at}`}`;
  });
  const reported = runs.flatMap((run, at) => [
    `  run ${at + 1} (workflow run ${run.runId}), exit ${run.result?.exitCode ?? run.result?.signal}:`,
    ...sequence(run),
    ...(run.result?.log ?? '').split('\n').map((line) => `    | ${line}`),
  ]);
  return [
    `${title} (${fixture.setting.name})`,
    ...violations.map((text) => `  ! ${text}`),
    ...reported,
    ...pats,
    ...held,
  ].join('\n');
}
