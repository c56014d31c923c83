import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { help } from './help.ts';
import { type Given, readCommandLine, settle } from './options.ts';
import { managerOf, nextSteps } from './package-manager.ts';
import { Problem } from './problem.ts';
import { ask } from './prompts.ts';
import { render } from './render.ts';
import { type Files, filesFor } from './templates.ts';
import { deferSignals, write } from './write.ts';

/** The exit code of a shell for Ctrl-C. */
const cancelled = 130;

/** Runs the command. Returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    return await run(args);
  } catch (error) {
    const { message } = error as Error;
    process.stderr.write(`${error instanceof Problem ? message : `Nothing was written: ${message}`}\n`);
    return 1;
  }
}

async function run(args: readonly string[]): Promise<number> {
  const { given, yes, force, ...shown } = readCommandLine(args, process.env);
  if (shown.help) return say(help);
  if (shown.version) return say(`${versionOf()}\n`);
  const isAsking = !yes && process.stdin.isTTY === true && process.stdout.isTTY === true;
  const answers: Given | undefined = isAsking ? await ask(given, { force }) : given;
  if (!answers) return cancelled;
  const { folder, ...settings } = settle(answers);
  const files = new Map([...render(settings), ...filesFor(managerOf(process.env.npm_config_user_agent))]);
  const overwritten = deferSignals(() => write(folder, files, { force }));
  return say(report(folder, files, overwritten));
}

function report(folder: string, files: Files, overwritten: readonly string[]): string {
  const replaced = overwritten.length === 0 ? '' : `Overwritten: ${overwritten.join(', ')}\n`;
  const steps = nextSteps(resolve(folder), process.env.npm_config_user_agent);
  const marked = [...files].flatMap(([path, content]) => (/\.(md|ts)$/.test(path) && content.includes('CHANGE:') ? [path] : []));
  const list = (lines: readonly string[]): string => lines.map((line) => `  ${line}\n`).join('');
  return `${replaced}Made ${resolve(folder)}. Next steps:\n\n${list(steps)}\nThen search for CHANGE in these files:\n\n${list(marked)}`;
}

function say(text: string): number {
  process.stdout.write(text);
  return 0;
}

function versionOf(): string {
  return (JSON.parse(readFileSync(resolve(import.meta.dirname, '..', 'package.json'), 'utf8')) as { version: string }).version;
}
