import { stdin } from 'node:process';
import { cancel, intro, isCancel, select, text } from '@clack/prompts';
import { type Check, checkAlias, checkAuthor, checkPackageName, checkTitle } from './checks.ts';
import { licenses } from './licenses.ts';
import { aliasOf, authorOf, defaultsFor, type Given } from './options.ts';
import { Problem } from './problem.ts';
import { checkClash } from './render.ts';
import { type Kind, kinds } from './templates.ts';
import { checkFolder } from './write.ts';

/**
 * Asks for the settings that the command line does not have. Undefined when the user cancels.
 *
 * @throws Problem for a wrong setting of the command line, before the first question.
 */
export async function ask(given: Given, { force }: { readonly force: boolean }): Promise<Given | undefined> {
  const checkNames: Check = (alias) => checkAlias(alias) ?? checkClash(alias, kindsOf(given));
  const folder = given.folder ?? given.alias;
  if (folder !== undefined) checkFolder(folder, { force });
  if (given.alias !== undefined) refuseAlias(given.alias, checkNames);
  intro('A messenger for sitemessage');
  try {
    const checkPlace = (alias: string) => (given.folder === undefined ? complaintOf(() => checkFolder(alias, { force })) : undefined);
    const alias = given.alias ?? (await askAlias(checkNames, checkPlace, given.folder));
    const defaults = defaultsFor(alias, given.folder);
    const title = given.title ?? (await askText('The title, for users', sentence(checkTitle), defaults.title));
    const kind = given.kind ?? (await askKind());
    const name = given.package ?? (await askText('The name of the npm package', sentence(checkPackageName), defaults.package));
    const author = given.author ?? (await askText('The author', sentence(checkAuthor), authorOf(name)));
    const license = given.license ?? (await askLicense());
    return { ...given, alias, title, kind, package: name, author, license };
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error;
    cancel('Nothing was written.');
    return undefined;
  }
}

/** Returns the kinds that are still possible. */
const kindsOf = ({ kind }: Given): readonly Kind[] => (kind === undefined ? (Object.keys(kinds) as Kind[]) : [kind as Kind]);

function refuseAlias(alias: string, check: Check): void {
  const problem = check(alias);
  if (problem !== undefined) throw new Problem(`The alias "${alias}" ${problem}.`);
}

/** The alias that is offered when the folder's name is not an alias. */
const example = 'my-protocol';

class Cancelled extends Error {}

/** Returns the problem with an answer, as a sentence. Undefined when there is none. */
type Complaint = (value: string) => string | undefined;

const sentence =
  (check: Check): Complaint =>
  (value) => {
    const problem = check(value);
    return problem === undefined ? undefined : `It ${problem}.`;
  };

function complaintOf(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function answered<Value extends string>(value: Value | symbol): Value {
  if (isCancel(value)) throw new Cancelled();
  return value as Value;
}

function askAlias(checkNames: Check, checkPlace: Complaint, folder: string | undefined): Promise<string> {
  const complain: Complaint = (alias) => sentence(checkNames)(alias) ?? checkPlace(alias);
  return askText('The alias, for recipients(...)', complain, aliasOf(folder ?? example) ?? example);
}

async function askText(message: string, complain: Complaint, initial: string): Promise<string> {
  const validate = (value: string | undefined): string | undefined => complain(value || initial);
  return answered(await untilEndOfInput((signal) => text({ message, validate, placeholder: initial, defaultValue: initial, signal })));
}

async function askKind(): Promise<Kind> {
  const options = Object.entries(kinds).map(([value, hint]) => ({ value: value as Kind, label: value, hint }));
  return answered<Kind>(await untilEndOfInput((signal) => select({ message: 'The kind', options, signal })));
}

async function askLicense(): Promise<string> {
  const options = licenses.map((value) => ({ value, label: value }));
  return answered(await untilEndOfInput((signal) => select({ message: 'The licence', options, signal })));
}

/**
 * Asks until the input ends, as with Ctrl-D. The question does not notice the end, and its promise would
 * stay open while the process exits.
 */
async function untilEndOfInput<Answer>(ask: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
  const end = new AbortController();
  let later: NodeJS.Immediate | undefined;
  const stop = (): void => {
    // An answer also pauses the input, just before it comes.
    later = setImmediate(() => end.abort());
  };
  stdin.on('pause', stop);
  try {
    return await ask(end.signal);
  } finally {
    stdin.off('pause', stop);
    clearImmediate(later);
  }
}
