import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import type { startSandbox } from '../../packages/sandbox/src/index.ts';
import { installMs } from './limits.ts';
import type { Place } from './place.ts';
import { run } from './run.ts';

const example = join(import.meta.dirname, '../../examples/hello/src/main.ts');
const needed = ['@sitemessage/core', '@sitemessage/messenger-smtp', '@sitemessage/storage-sqlite'];
const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };

/** The application of the README, in an empty folder: on each of these Nodes it sends two mails, and none when it is run again. */
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
