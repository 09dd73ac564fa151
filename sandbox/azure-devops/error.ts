import { randomUUID } from 'node:crypto';
import { type Answer, json } from '../network/answer.ts';

const teamFoundation = 'Microsoft.TeamFoundation.Framework.Server';
const common = 'Microsoft.VisualStudio.Services.Common';

/** .NET type and assembly of the exceptions that a client may see, by `typeKey`. */
const types: Readonly<Record<string, string>> = {
  UnauthorizedRequestException: `${teamFoundation}.UnauthorizedRequestException, ${teamFoundation}`,
  InvalidAccessException: `${teamFoundation}.InvalidAccessException, ${teamFoundation}`,
  JsonReaderException: 'Newtonsoft.Json.JsonReaderException, Newtonsoft.Json',
  VssServiceException: `${common}.VssServiceException, ${common}`,
};

/** The error body of Azure DevOps (as quoted in MicrosoftDocs/azure-docs#108847). */
export function failure(status: number, typeKey: string, message: string, headers: Answer['headers'] = {}): Answer {
  return json(
    status,
    {
      $id: '1',
      innerException: null,
      message,
      typeName:
        types[typeKey] ?? `Microsoft.VisualStudio.Services.WebApi.${typeKey}, Microsoft.VisualStudio.Services.WebApi`,
      typeKey,
      errorCode: 0,
      eventId: 3000,
    },
    headers,
  );
}

export function internalError(typeKey: string, status = 400): Answer {
  return failure(status, typeKey, `TF400898: An Internal Error Occurred. Activity Id: ${randomUUID()}.`);
}

export function notAuthorized(user: string): Answer {
  const message = `TF400813: The user '${user}' is not authorized to access this resource.`;
  return failure(401, 'UnauthorizedRequestException', message, {
    'www-authenticate': [
      'Bearer authorization_uri=https://login.windows.net/',
      'Basic realm="https://tfsprodweu3.visualstudio.com/"',
    ],
    'x-tfs-serviceerror': encodeURIComponent(message),
  });
}

/** The typical answer of Azure DevOps with that status, for a fault that names only a status. */
export function typicalFailure(status: number): Answer {
  switch (status) {
    case 401:
      return notAuthorized('');
    case 403:
      return failure(403, 'InvalidAccessException', 'The requested operation is not allowed.');
    case 404:
      return failure(404, 'VssServiceException', 'The resource cannot be found.');
    case 429:
      return failure(
        429,
        'VssServiceException',
        'TF400733: The request has been canceled: Request was blocked due to exceeding usage of resource ' +
          "'Concurrency' in namespace 'User'. For more information on why your request was blocked, see the topic " +
          '"Rate limits" on the Microsoft Web site (https://go.microsoft.com/fwlink/?LinkId=823950).',
      );
    default:
      return internalError('VssServiceException', status);
  }
}
