import { cancel, intro, isCancel, select, text } from '@clack/prompts';
import { type Check, checkAlias, checkAuthor, checkPackageName, checkTitle } from './checks.ts';
import { untilEndOfInput } from './end-of-input.ts';
import { type Kind, kinds } from './kinds.ts';
import { licenses } from './licenses.ts';
import { aliasOf, authorOf, defaultsFor, type Given } from './options.ts';
import { Problem } from './problem.ts';
import { checkClash } from './render.ts';
import { checkFolder } from './write.ts';

/**
 * Asks what the command line does not say. Undefined when whoever is asked has had enough.
 *
 * @throws Problem when what it does say cannot be done: before anybody has answered six questions for nothing.
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
    const title = given.title ?? (await askText('The title, for people', sentence(checkTitle), defaults.title));
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

/** Those that it may become. */
const kindsOf = ({ kind }: Given): readonly Kind[] => (kind === undefined ? (Object.keys(kinds) as Kind[]) : [kind as Kind]);

function refuseAlias(alias: string, check: Check): void {
  const problem = check(alias);
  if (problem !== undefined) throw new Problem(`The alias "${alias}" ${problem}.`);
}

/** What is offered where the folder says nothing. */
const example = 'my-protocol';

class Cancelled extends Error {}

/** What is wrong with an answer, as it is shown; undefined when nothing is. */
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
  return askText('The alias: what recipients(...) says', complain, aliasOf(folder ?? example) ?? example);
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
