import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { agentNodes } from '../../sandbox/index.ts';
import { authoritiesOf } from '../../src/pipelines/certificate-authorities.ts';
import { refusedStep } from './refused-step.ts';

const [first = '', second = ''] = rootCertificates;
const der = Buffer.from(first.replace(/-----[^-]+-----/gu, ''), 'base64');
const key = '-----BEGIN PRIVATE KEY-----\nsecretOfTheKey\n-----END PRIVATE KEY-----\n';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pat-ca-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

/** The path of a new file. */
function fileOf(content: string | Buffer, name = 'agent.pem'): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test('the certificates of the agent are added to those of NODE_EXTRA_CA_CERTS if that file exists', () => {
  const agent = fileOf(`\uFEFFcorporate root\r\n${first.replaceAll('\n', '\r\n')}\n${key}${second}`);
  const extra = fileOf('extra', 'extra.pem');
  const both = authoritiesOf({ AGENT_CAINFO: ` ${agent} `, NODE_EXTRA_CA_CERTS: extra });
  expect(both.join('\n').replaceAll('\r', '')).toBe(`${first.trim()}\n${second.trim()}\nextra`);
  expect(authoritiesOf({ AGENT_CAINFO: agent, NODE_EXTRA_CA_CERTS: join(folder, 'none.pem') })).not.toContain('extra');
  expect(authoritiesOf({ NODE_EXTRA_CA_CERTS: extra })).toEqual([]);
});

describe.each([...agentNodes.keys()])('Node %d', (node) => {
  test.each<[what: string, content: string | Buffer, why: string]>([
    ['nothing', '', 'which holds no certificate in PEM: it is empty'],
    ['text', 'C:\\ca.pem', 'which holds no certificate in PEM.'],
    ['a private key', key, 'which holds no certificate in PEM: it holds only a private key'],
    ['a certificate in DER', der, 'it is a certificate in DER, which openssl x509 -inform der'],
    ['UTF-16', Buffer.from(`\uFEFF${first}`, 'utf16le'), 'which holds no certificate in PEM.'],
    ['a certificate without its end', first.slice(0, -10), 'which holds no certificate in PEM.'],
    ['a damaged certificate', `${first}\n${second.replace('MI', 'AA')}`, 'whose certificate 2 of 2 is unreadable'],
  ])('a file that holds %s is reported before anything is sent', async (_, content, why) => {
    const file = fileOf(content);
    const step = await refusedStep(node, { AGENT_CAINFO: file });
    expect(step.error).toContain(`network: Reading the agent's file of certificates: AGENT_CAINFO names "${file}"`);
    expect(step.error).toContain(why);
    expect(step.stdout).not.toContain('secretOfTheKey');
  });

  test.each([
    ['is missing', 'none/ca.pem', 'ENOENT'],
    ['is a folder', '.', 'EISDIR'],
  ])('a file that %s is reported before anything is sent', async (_, path, code) => {
    const step = await refusedStep(node, { AGENT_CAINFO: join(folder, path) });
    expect(step.error).toMatch(new RegExp(`^network: .* cannot be read \\(${code}\\)\\..*--sslcacert`, 'u'));
  });
});
