/**
 * The scopes that a PAT may have, without the prefix `vso.`. They follow Microsoft's scope table
 * (MicrosoftDocs/azure-devops-docs, docs/integrate/includes/scopes.md, 2025-07-16). Those in the last line only
 * AzureAD/microsoft-authentication-cli lists.
 */
const names = `
advsec advsec_write advsec_manage agentpools agentpools_manage environment_manage analytics auditlog auditstreams_manage
build build_execute code code_write code_manage code_full code_status connected_server entitlements
memberentitlementmanagement memberentitlementmanagement_write extension extension_manage extension.data
extension.data_write githubconnections githubconnections_manage graph graph_manage identity identity_manage
machinegroup_manage gallery gallery_acquire gallery_publish gallery_manage notification notification_write
notification_manage notification_diagnostics packaging packaging_write packaging_manage pipelineresources_use
pipelineresources_manage project project_write project_manage release release_execute release_manage securefiles_read
securefiles_write securefiles_manage security_manage serviceendpoint serviceendpoint_query serviceendpoint_manage hooks
hooks_write hooks_interact settings settings_write symbols symbols_write symbols_manage taskgroups_read taskgroups_write
taskgroups_manage dashboards dashboards_manage test test_write threads_full tokens tokenadministration profile
profile_write variablegroups_read variablegroups_write variablegroups_manage wiki wiki_write work work_write work_full
drop drop_write drop_manage loadtest loadtest_write
`;

const knownScopes: ReadonlySet<string> = new Set(
  names
    .split(/\s+/u)
    .filter(Boolean)
    .map((name) => `vso.${name}`),
);

export const fullScope = 'app_token';

/** Whether it is full access, or a list of known scopes with single spaces between them. */
export function isScope(scope: string): boolean {
  if (scope === fullScope) return true;
  return scope !== '' && scope.split(' ').every((name) => knownScopes.has(name));
}
