import type { Answer } from '../network/answer.ts';
import { failure } from './error.ts';

/** The answer to a request with an unknown `api-version`; undefined if the version is known. */
export function checkApiVersion(version: string | undefined, known: RegExp): Answer | undefined {
  if (version === undefined || version === '') {
    return failure(
      400,
      'VssVersionNotSpecifiedException',
      'No api-version was supplied for the request. The version must be supplied either as part of the Accept header ' +
        '(e.g. "application/json; api-version=1.0") or as a query parameter (e.g. "?api-version=1.0").',
    );
  }
  if (known.test(version)) return undefined;
  if (known.test(`${version}-preview`)) {
    return failure(
      400,
      'VssInvalidPreviewVersionException',
      `The requested version "${version}" of the resource is under preview. The -preview flag must be supplied in the ` +
        `api-version for such requests. For example: "${version}-preview"`,
    );
  }
  return failure(
    400,
    'VssVersionOutOfRangeException',
    `The requested REST API version of ${version} is out of range for this server. The latest REST API version this ` +
      'server supports is 7.2.',
  );
}
