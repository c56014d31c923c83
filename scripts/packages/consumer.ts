import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Registry } from './registry.ts';
import { attempt, makeFolder, type ProgramResult, removeFolder, run } from './run.ts';

/** An application outside of the workspace, with packages that npm installs. */
export interface Consumer {
  readonly folder: string;
  /** Runs `npm install`. @throws An error with npm's output. */
  install(...packages: readonly string[]): Promise<void>;
  attemptInstall(...packages: readonly string[]): Promise<ProgramResult>;
  /** Copies a folder beside this file into the application. */
  copy(name: string): Promise<void>;
  node(...args: readonly string[]): Promise<string>;
  attemptNode(...args: readonly string[]): Promise<ProgramResult>;
  /** Returns the installed packages by their paths in the application, from the lock file. */
  installed(): Promise<ReadonlyMap<string, Installed>>;
  remove(): Promise<void>;
}

interface Installed {
  readonly version: string;
  readonly hasInstallScript?: boolean;
}

const settings = ['audit=false', 'fund=false', 'prefer-offline=true', 'update-notifier=false'];

export async function createConsumer(registry: Registry): Promise<Consumer> {
  const folder = await makeFolder();
  await writeFile(join(folder, 'package.json'), '{ "name": "consumer", "private": true }\n');
  const scopes = ['@sitemessage', '@example'].map((scope) => `${scope}:registry=${registry.url}`);
  await writeFile(join(folder, '.npmrc'), [...scopes, ...settings, ''].join('\n'));
  return {
    folder,
    install: async (...packages) => void (await run('npm', ['install', ...packages], folder)),
    attemptInstall: (...packages) => attempt('npm', ['install', ...packages], folder),
    copy: (name) => cp(join(import.meta.dirname, name), folder, { recursive: true }),
    node: (...args) => run(process.execPath, args, folder),
    attemptNode: (...args) => attempt(process.execPath, args, folder),
    async installed() {
      const { packages } = JSON.parse(await readFile(join(folder, 'package-lock.json'), 'utf8'));
      return new Map(Object.entries<Installed>(packages).filter(([path]) => path !== ''));
    },
    remove: () => removeFolder(folder),
  };
}
