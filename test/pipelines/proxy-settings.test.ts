import { describe, expect, test } from '@jest/globals';
import { bypassOf, proxySettings } from '../../src/pipelines/proxy-settings.ts';
import { expectFailure, scenario } from './harness.ts';

scenario("the agent's own proxy and its file of certificates lead to the services", async (scene) => {
  const { proxyUrl, caFile } = scene.sandbox;
  const run = await scene.run(
    { operation: 'list' },
    {
      agentEnvironment: {},
      variables: {
        'Agent.ProxyUrl': proxyUrl,
        'Agent.CAInfo': caFile,
        'Agent.ProxyBypassList': '["\\\\.internal\\\\."]',
      },
    },
  );
  expect(run.result).toBe('Succeeded');
});

scenario('certificates are checked even if the agent does not, and the message names that setting', async (scene) => {
  const run = await scene.run(
    { operation: 'list' },
    {
      agentEnvironment: {},
      variables: { 'Agent.ProxyUrl': scene.sandbox.proxyUrl, 'Agent.SkipCertValidation': 'True' },
    },
  );
  expectFailure(run, 'network', 'AGENT_SKIPCERTVALIDATION');
  expect(run.requests).toEqual([]);
});

describe('the proxy of the agent', () => {
  const never = (): void => {
    throw new Error('no pattern is bad here');
  };

  test('counts only if the environment names none', () => {
    const agent = { AGENT_PROXYURL: 'http://agent:3128' };
    expect(proxySettings({ ...agent, HTTPS_PROXY: 'http://own:8080' }, never).https).toBe('http://own:8080');
    expect(proxySettings(agent, never).https).toBe('http://agent:3128');
  });

  test('has its user and its password percent-encoded', () => {
    const settings = {
      AGENT_PROXYURL: 'http://agent:3128/',
      AGENT_PROXYUSERNAME: 'CONTOSO\\bot',
      SECRET_AGENT_PROXYPASSWORD: 'p@ss/word',
    };
    expect(proxySettings(settings, never).https).toBe('http://CONTOSO%5Cbot:p%40ss%2Fword@agent:3128/');
  });

  test('is not used for addresses that match an expression of the list, in any case', () => {
    const bad: string[] = [];
    const bypasses = bypassOf(JSON.stringify(['dev\\.AZURE\\.com', '(', 'x'.repeat(2000), 7, '']), (text) =>
      bad.push(text),
    );
    expect(bypasses(new URL('https://dev.azure.com/contoso'))).toBe(true);
    // The agent compares scheme, host and port, and no path.
    const whole = bypassOf(
      JSON.stringify([' ^https://dev\\.azure\\.com$ ', '^https://a\\.com:8443$', '/contoso']),
      never,
    );
    expect(whole(new URL('https://dev.azure.com/contoso'))).toBe(true);
    expect([whole(new URL('https://a.com:8443/x')), whole(new URL('https://a.com/contoso'))]).toEqual([true, false]);
    expect(bypasses(new URL('https://vssps.dev.azure.net/'))).toBe(false);
    expect(bad).toHaveLength(2);
    expect(bypassOf('no JSON', never)(new URL('https://dev.azure.com/'))).toBe(false);
  });
});
