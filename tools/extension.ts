// Packs the extension for Azure DevOps: the task with the bundle of dist, and what the Marketplace shows. A .vsix is a
// zip with three files of its own. `tfx extension create` of microsoft/tfs-cli writes the same form, but that tool has
// 300 packages, and its files differ from build to build.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { justInTimeVariable } from '../src/pipelines/task-state.ts';
import { icon } from './icon.ts';
import { taskDefinition } from './task-definition.ts';
import { zip } from './zip.ts';

const root = dirname(import.meta.dirname);

/** The pilot is a copy under other names. One organization tries it before everybody gets the release. */
type ExtensionKind = 'release' | 'pilot';

interface Manifest {
  readonly id: string;
  readonly publisher: string;
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly targets: readonly { readonly id: string }[];
  readonly categories: readonly string[];
  readonly tags: readonly string[];
  readonly icons: { readonly default: string };
  readonly content: { readonly details: { readonly path: string }; readonly license: { readonly path: string } };
  readonly links: Readonly<Record<string, { readonly uri: string }>>;
  readonly repository: { readonly uri: string };
  readonly galleryFlags?: readonly string[];
  readonly contributions: unknown;
  readonly scopes: readonly string[];
  readonly files: readonly { readonly path: string; readonly addressable?: boolean }[];
}

/**
 * The agent starts this file with the Node that it has. The bundle needs Node 20, in a version that has `URL.parse`. An
 * older one would end with an error that doesn't say what to do. There is no `await` here, because Node 10 knows it only
 * inside of functions.
 *
 * A process that ends before the task says so exits with 1, which the agent counts as a failure, and not as a success.
 * Of an unexpected error only the kind and the positions in the code are printed, because its text may hold a secret.
 */
function entry(call: string): string {
  return `process.exitCode = 1;
function end() {
  process.exitCode = 0;
}
function fail(text) {
  console.log('##vso[task.logissue type=error]' + text);
  console.log('##vso[task.complete result=Failed]');
  end();
}
if (Number(process.versions.node.split('.')[0]) < 20 || !URL.parse) {
  fail('This task needs Node 20 or 24, and this agent started it with Node ' + process.versions.node + '. Update the agent to 4.265.1 or later.');
} else {
  import('./bundle/index.js').then(({ ${call} }) => ${call}()).then(end, (error) => {
    const places = String(error && error.stack).split('\\n').filter((line) => /^ +at .+:[0-9]+:[0-9]+[)]?$/.test(line));
    for (const place of places) console.log('##vso[task.debug]' + place);
    fail('The task ended with an error of its own (' + String(error && (error.code || error.name)) + '). Run it with the variable System.Debug set to true, and please report the lines that begin with "at".');
  });
}
`;
}

/** Most jobs have nothing to revoke, so the bundle is loaded only if the main step left a PAT. */
function postEntry(): string {
  return `if (process.env.${justInTimeVariable}) {
${entry('taskPost').replace(/^(?=.)/gmu, '  ')}}
`;
}

function read(path: string): Buffer {
  return readFileSync(join(root, path));
}

function taskFiles(version: string, kind: ExtensionKind): [path: string, content: Buffer][] {
  const bundle = readdirSync(join(root, 'dist/bundle')).map((name): [string, Buffer] => [
    `bundle/${name}`,
    read(`dist/bundle/${name}`),
  ]);
  return [
    ['task.json', Buffer.from(`${JSON.stringify(taskDefinition(version, kind), null, 2)}\n`)],
    ['icon.png', icon(32)],
    ['main.js', Buffer.from(entry('task'))],
    ['post.js', Buffer.from(postEntry())],
    ['package.json', Buffer.from('{ "type": "module" }\n')],
    ['licenses.txt', read('dist/licenses.txt')],
    ...bundle,
  ];
}

const contentTypes: Readonly<Record<string, string>> = {
  '.cjs': 'application/javascript',
  '.js': 'application/javascript',
  '.json': 'application/json',
  '.md': 'text/markdown',
  '.png': 'image/png',
  '.txt': 'text/plain',
  '.vsixmanifest': 'text/xml',
  '.vsomanifest': 'application/json',
};

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function element(name: string, attributes: Readonly<Record<string, string>>, text?: string): string {
  const pairs = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(value)}"`);
  return `<${name}${pairs.join('')}${text === undefined ? '/>' : `>${text}</${name}>`}`;
}

const xml = '<?xml version="1.0" encoding="utf-8"?>\n';

/** @throws Error for a file of a kind that has no content type */
function contentTypesXml(paths: readonly string[]): string {
  const extensions = [...new Set([...paths.map((path) => extname(path)), '.vsixmanifest', '.vsomanifest'])].sort();
  const defaults = extensions.map((extension) => {
    const type = contentTypes[extension];
    if (type === undefined) throw new Error(`No content type is known for files that end with "${extension}"`);
    return element('Default', { Extension: extension, ContentType: type });
  });
  const namespace = 'http://schemas.openxmlformats.org/package/2006/content-types';
  return `${xml}${element('Types', { xmlns: namespace }, defaults.join(''))}\n`;
}

function vsixManifest(manifest: Manifest): string {
  const { id, publisher, version, content, icons, links, repository, galleryFlags } = manifest;
  const link = (name: string, value: string): string =>
    element('Property', { Id: `Microsoft.VisualStudio.Services.Links.${name}`, Value: value });
  const asset = (type: string, path: string): string =>
    element('Asset', { Type: type, 'd:Source': 'File', Path: path, Addressable: 'true' });
  const named: readonly (readonly [string, string])[] = [
    ['Icons.Default', icons.default],
    ['Content.Details', content.details.path],
    ['Content.License', content.license.path],
    ['Manifest', 'extension.vsomanifest'],
  ];
  const metadata = [
    element('Identity', { Language: 'en-US', Id: id, Publisher: publisher, Version: version }),
    element('DisplayName', {}, escapeXml(manifest.name)),
    element('Description', { 'xml:space': 'preserve' }, escapeXml(manifest.description)),
    element('Categories', {}, escapeXml(manifest.categories.join(','))),
    element('Tags', {}, escapeXml(manifest.tags.join(','))),
    element(
      'Properties',
      {},
      [
        ...Object.entries(links).map(([name, { uri }]) => link(`${name[0]?.toUpperCase()}${name.slice(1)}`, uri)),
        link('GitHub', repository.uri),
      ].join(''),
    ),
    ...(galleryFlags ? [element('GalleryFlags', {}, escapeXml(galleryFlags.join(' ')))] : []),
    element('Icon', {}, escapeXml(icons.default)),
    element('License', {}, escapeXml(content.license.path)),
  ];
  const body = [
    element('Metadata', {}, metadata.join('')),
    element('Dependencies', {}),
    element(
      'Installation',
      {},
      manifest.targets.map((target) => element('InstallationTarget', { Id: target.id })).join(''),
    ),
    element(
      'Assets',
      {},
      named
        .flatMap(([type, path]) => [
          ...(path.endsWith('.vsomanifest') ? [] : [asset(path, path)]),
          asset(`Microsoft.VisualStudio.Services.${type}`, path),
        ])
        .join(''),
    ),
  ];
  const namespaces = {
    Version: '2.0.0',
    xmlns: 'http://schemas.microsoft.com/developer/vsx-schema/2011',
    'xmlns:d': 'http://schemas.microsoft.com/developer/vsx-schema-design/2011',
  };
  return `${xml}${element('PackageManifest', namespaces, body.join(''))}\n`;
}

function manifestOf(kind: ExtensionKind): Manifest {
  const manifest = JSON.parse(read('extension/vss-extension.json').toString()) as Manifest;
  if (kind === 'release') return manifest;
  const { galleryFlags: _, ...rest } = manifest;
  return { ...rest, id: `${manifest.id}-pilot`, name: `${manifest.name} (pilot)` };
}

interface ExtensionPackage {
  /** `contoso.azure-devops-pat-1.0.0.vsix` */
  readonly name: string;
  readonly content: Buffer;
}

/** Packs dist, so build first. It needs no network, and makes the same bytes of the same files. */
export function packExtension(kind: ExtensionKind = 'release'): ExtensionPackage {
  const manifest = manifestOf(kind);
  const { id, publisher, version } = manifest;
  const files = new Map<string, Buffer>([
    ...taskFiles(version, kind).map(([path, content]): [string, Buffer] => [`task/${path}`, content]),
    ['images/icon.png', icon(128)],
    ['overview.md', read('extension/overview.md')],
    ['license.txt', read('LICENSE')],
  ]);
  const paths = [...files.keys()];
  files.set('[Content_Types].xml', Buffer.from(contentTypesXml(paths)));
  files.set('extension.vsixmanifest', Buffer.from(vsixManifest(manifest)));
  const { contributions, repository, scopes } = manifest;
  const vso = { manifestVersion: 1, repository, scopes, contributions, contributionTypes: [] };
  files.set('extension.vsomanifest', Buffer.from(`${JSON.stringify(vso, null, 2)}\n`));
  return { name: `${publisher}.${id}-${version}.vsix`, content: zip(files) };
}
