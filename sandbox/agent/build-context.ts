/** What a run knows about itself, the same for each of its steps. */
export interface BuildContext {
  /** `BUILD_BUILDID`. */
  readonly id?: string;
  /** `SYSTEM_JOBATTEMPT` and `SYSTEM_STAGEATTEMPT`. */
  readonly attempt?: number;
  /** Name of the organization. */
  readonly organization?: string;
  /** The older address of organizations: `https://NAME.visualstudio.com/`; or that of a server. */
  readonly collectionUri?: string;
  readonly project?: string;
  readonly reason?: string;
  /** True if the build is of a pull request from a fork. */
  readonly fork?: boolean;
  /** "Make secrets available to builds of forks" is off: the agent then skips steps with a service connection. */
  readonly restrictSecrets?: boolean;
  readonly repository?: { readonly name: string; readonly provider: 'TfsGit' | 'GitHub' | 'TfsVersionControl' };
  /**
   * `release` is a classic release, `deployment` its job for a deployment group: they have no `BUILD_…` variables unless an
   * artifact brings them.
   */
  readonly host?: 'build' | 'release' | 'deployment';
}

export const projectId = '11aa22bb-33cc-44dd-55ee-66ff77aa88bb';
export const projectName = 'App';

/** Predefined variables of a run (docs "Predefined variables"; `JobExtension`), by their names in expressions. */
export function buildVariables(build: BuildContext, organization: string): Record<string, string> {
  const { host = 'build', reason = 'Manual', attempt = 1 } = build;
  const collection = build.collectionUri ?? `https://dev.azure.com/${organization}/`;
  const repository = build.repository ?? { name: 'app', provider: 'TfsGit' };
  const run: Record<string, string> =
    host !== 'build'
      ? {
          'Release.ReleaseId': build.id ?? '41',
          'Release.AttemptNumber': String(attempt),
          'Release.EnvironmentId': '77',
          'Release.EnvironmentName': 'Production',
          'Release.DefinitionName': 'Rotate',
        }
      : {
          'Build.BuildId': build.id ?? '4711',
          'Build.BuildNumber': '20261128.1',
          'Build.DefinitionName': 'Rotate PATs',
          'Build.Reason': reason,
          'Build.Repository.Name': repository.name,
          'Build.Repository.Provider': repository.provider,
          'Build.SourceBranch': 'refs/heads/main',
        };
  return {
    'System.CollectionUri': collection,
    'System.TeamFoundationCollectionUri': collection,
    'System.CollectionId': '22bb33cc-44dd-55ee-66ff-77aa88bb99cc',
    'System.TeamProject': build.project ?? projectName,
    'System.TeamProjectId': projectId,
    'System.HostType': host,
    'System.JobAttempt': String(attempt),
    'System.StageAttempt': String(attempt),
    'System.PhaseAttempt': '1',
    'System.JobName': '__default',
    'System.StageName': '__default',
    'System.DefinitionId': '12',
    'Agent.Version': '4.265.1',
    ...run,
    ...(build.fork === undefined ? {} : { 'System.PullRequest.IsFork': build.fork ? 'True' : 'False' }),
    ...(build.restrictSecrets === undefined
      ? {}
      : { 'System.RestrictSecrets': build.restrictSecrets ? 'True' : 'False' }),
  };
}
