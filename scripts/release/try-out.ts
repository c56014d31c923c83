import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import type { startSandbox } from '../../packages/sandbox/src/index.ts';
import { installMs, run, testMs } from './run.ts';
import type { Package } from './workspace.ts';

/** A new folder to try something out in, and the environment for its programs. */
interface Place {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** Installs the oldest Node that the packages support. Returns the path of its program. */
export async function installOldestNode({ folder, env, signal }: Place, packages: readonly Package[]): Promise<string> {
  const wanted = new Set(packages.map(({ manifest }) => manifest.engines.node));
  const [range = '', ...others] = wanted;
  const version = /^>=(\d+\.\d+)$/.exec(range)?.[1];
  if (version === undefined || others.length > 0)
    throw new Error(`The packages want different Nodes: ${[...wanted].join(', ')}. Give all the same engines.node.`);
  await mkdir(folder);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: { node: `~${version}.0` } }));
  await run('npm', ['install'], { cwd: folder, env, signal, limitMs: installMs });
  const program = join(folder, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
  const installed = (await run(program, ['--version'], { cwd: folder, env, signal })).trim();
  if (!installed.startsWith(`v${version}.`)) throw new Error(`Node ${installed} was installed instead of ${version}.`);
  return program;
}

/** Installs all packages into one folder, and imports every entry point on each of these Nodes. */
export async function loadAll({ folder, env, signal }: Place, packages: readonly Package[], nodes: readonly string[]): Promise<void> {
  await mkdir(folder);
  const options = { cwd: folder, env, signal };
  await writeFile(join(folder, 'package.json'), '{"private":true}');
  await run('npm', ['install', ...packages.map(({ manifest }) => manifest.name)], { ...options, limitMs: installMs });
  const entries = packages.flatMap(({ manifest }) =>
    Object.keys(manifest.exports ?? {}).map((entry) => `${manifest.name}${entry.slice('.'.length)}`),
  );
  await writeFile(join(folder, 'all.mjs'), entries.map((entry) => `await import(${JSON.stringify(entry)});\n`).join(''));
  for (const node of nodes) await run(node, ['all.mjs'], options);
}

const example = join(import.meta.dirname, '../../examples/hello/src/main.ts');
const needed = ['@sitemessage/core', '@sitemessage/messenger-smtp', '@sitemessage/storage-sqlite'];
const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };

/**
 * Runs the application of the README in an empty folder. On each of these Nodes it must send two mails, and
 * none when it is run again. `everything` is the folder of {@link loadAll}.
 */
export async function tryApplication({ folder, env, signal }: Place, everything: string, nodes: readonly string[]): Promise<void> {
  await mkdir(folder);
  const options = { cwd: folder, env, signal };
  await writeFile(join(folder, 'package.json'), '{"private":true}');
  await run('npm', ['install', ...needed], { ...options, limitMs: installMs });
  const { outputText } = ts.transpileModule(await readFile(example, 'utf8'), { compilerOptions });
  await writeFile(join(folder, 'main.mjs'), outputText);

  const entry = pathToFileURL(join(everything, 'node_modules/@sitemessage/sandbox/dist/index.js'));
  const sandboxes = (await import(entry.href)) as { startSandbox: typeof startSandbox };
  const sandbox = await sandboxes.startSandbox({ protocols: ['smtp'] });
  try {
    await writeFile(join(folder, 'ca.pem'), sandbox.smtp.options.ca);
    const mailing = { ...options, env: { ...env, SMTP_URL: sandbox.smtp.url, NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') } };
    for (const node of nodes) {
      for (const expected of ['sent: 2', 'sent: 0']) {
        const said = await run(node, ['main.mjs'], mailing);
        if (!said.includes(expected)) throw new Error(`The application did not say \`${expected}\` on ${node}:\n${said}`);
      }
      await rm(join(folder, 'messages.db'));
    }
    const arrived = sandbox.inbox.all().length;
    if (arrived !== 2 * nodes.length) throw new Error(`${arrived} mails arrived instead of ${2 * nodes.length}.`);
  } finally {
    await sandbox.close();
  }
}

/** Makes a messenger with `npm create` in an empty folder, and runs its tests. */
export async function tryCreator({ folder, env, signal }: Place): Promise<void> {
  await mkdir(folder);
  await run('npm', ['create', 'sitemessage-messenger', 'my-protocol', '--', '--yes'], { cwd: folder, env, signal, limitMs: installMs });
  const created = await readdir(folder);
  const [name] = created;
  if (name === undefined || created.length > 1) throw new Error(`\`npm create\` made ${created.length} folders instead of one.`);
  const options = { cwd: join(folder, name), env, signal };
  await run('npm', ['install'], { ...options, limitMs: installMs });
  await run('npm', ['test'], { ...options, limitMs: testMs });
}
