import { type Answer, html, json } from '../network/answer.ts';

export function failure(status: number, message: string, headers: Answer['headers'] = {}): Answer {
  const documentation = 'https://docs.github.com/rest';
  return json(status, { message, documentation_url: documentation, status: String(status) }, headers);
}

export function notFound(): Answer {
  return failure(404, 'Not Found');
}

export function invalid(message: string): Answer {
  return json(422, { message, errors: [message], documentation_url: 'https://docs.github.com/rest', status: '422' });
}

/** The answer to the old name of a repository (GitHub REST, "Best practices", "Follow redirects"). */
export function moved(location: string): Answer {
  const documentation = 'https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api#follow-redirects';
  return json(301, { message: 'Moved Permanently', url: location, documentation_url: documentation }, { location });
}

/** GitHub refuses a request without a User-Agent. */
export function noUserAgent(): Answer {
  return html(
    403,
    '\r\nRequest forbidden by administrative rules. Please make sure your request has a User-Agent header ' +
      '(https://docs.github.com/en/rest/overview/resources-in-the-rest-api#user-agent-required). Check ' +
      'https://developer.github.com for other possible causes.\r\n',
  );
}

export function secondaryLimit(status: 403 | 429, headers: Answer['headers']): Answer {
  return failure(
    status,
    'You have exceeded a secondary rate limit. Please wait a few minutes before you try again. If you reach out to ' +
      'GitHub Support for help, please include the request ID.',
    headers,
  );
}

const messages: Readonly<Record<number, string>> = {
  400: 'Problems parsing JSON',
  401: 'Bad credentials',
  403: 'Resource not accessible by integration',
  404: 'Not Found',
  409: 'Conflict',
  422: 'Validation Failed',
  429: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
  500: 'Server Error',
  502: 'Server Error',
  503: 'No server is currently available to service your request.',
};

export function typicalFailure(status: number): Answer {
  return failure(status, messages[status] ?? 'Server Error');
}
