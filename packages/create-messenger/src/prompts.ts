import { cancel, intro, isCancel, select, text } from '@clack/prompts';
import { type Check, checkAlias, checkAuthor, checkPackageName, checkTitle } from './checks.ts';
import { type Kind, kinds } from './kinds.ts';
import { licenses } from './licenses.ts';
import { aliasOf, authorOf, defaultsFor, type Given } from './options.ts';

/** Asks what the command line does not say. Undefined when whoever is asked has had enough. */
export async function ask(given: Given): Promise<Given | undefined> {
  intro('A messenger for sitemessage');
  try {
    const alias =
      given.alias ?? (await askText('The alias: what recipients(...) says', checkAlias, aliasOf(given.folder ?? 'my-protocol')));
    const defaults = defaultsFor(alias);
    const title = given.title ?? (await askText('The title, for people', checkTitle, defaults.title));
    const kind = given.kind ?? (await askKind());
    const name = given.package ?? (await askText('The name of the npm package', checkPackageName, defaults.package));
    const author = given.author ?? (await askText('The author', checkAuthor, authorOf(name)));
    const license = given.license ?? (await askLicense());
    return { ...given, alias, title, kind, package: name, author, license };
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error;
    cancel('Nothing was written.');
    return undefined;
  }
}

class Cancelled extends Error {}

function answered<Value extends string>(value: Value | symbol): Value {
  if (isCancel(value)) throw new Cancelled();
  return value as Value;
}

async function askText(message: string, check: Check, initial: string | undefined): Promise<string> {
  const validate = (value: string | undefined): string | undefined => {
    const problem = check(value || (initial ?? ''));
    return problem === undefined ? undefined : `It ${problem}.`;
  };
  return answered(await text({ message, validate, ...(initial !== undefined && { placeholder: initial, defaultValue: initial }) }));
}

async function askKind(): Promise<Kind> {
  const options = Object.entries(kinds).map(([value, hint]) => ({ value: value as Kind, label: value, hint }));
  return answered<Kind>(await select({ message: 'The kind', options }));
}

async function askLicense(): Promise<string> {
  return answered(await select({ message: 'The licence', options: licenses.map((value) => ({ value, label: value })) }));
}
