import validatePackageName from 'validate-npm-package-name';
import { findLicense, idsLike } from './licenses.ts';
import { namesOf } from './names.ts';
import { dependencies } from './templates.ts';

/** The aliases of sitemessage's own messengers. Two packages with one alias cannot be used together. */
const ownAliases: readonly string[] = ['smtp', 'xmpp', 'twitter', 'telegram', 'fb', 'vk'];
/** The names that messages or the sandbox use already. */
const takenWords: readonly string[] = ['default', 'text', 'subject', 'html', 'link', 'attachments', 'inbox', 'close'];
/** Matches the names that Windows forbids for folders. */
const devices = /^(con|prn|aux|nul|com\d|lpt\d)$/;
/** The names that an export cannot have: reserved words, also those of strict mode and modules. */
const reserved = new Set(
  'abstract arguments async await boolean break byte case catch char class const continue debugger default delete do double else enum eval export extends false final finally float for function goto if implements import in instanceof int interface let long native new null package private protected public return short static super switch synchronized this throw throws transient true try typeof undefined var void volatile while with yield'.split(
    ' ',
  ),
);
/** The most characters of a title or an author. */
const longest = 100;

/** Returns the problem with a value, as the end of a sentence. Undefined when there is none. */
export type Check = (value: string) => string | undefined;

export const checkAlias: Check = (alias) => {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(alias)) return 'must be lower-case words of a-z and 0-9 with hyphens between them: my-protocol';
  if (alias.length > 50) return 'must have 50 characters at most';
  if (ownAliases.includes(alias)) return `is taken: sitemessage itself has a messenger "${alias}"`;
  // `await import()` would call the export, and never end.
  if (alias === 'then') return 'cannot be the name of an export: a module with a "then" looks like a promise';
  if (takenWords.includes(alias)) return 'is taken: messages or the sandbox use this name';
  if (devices.test(alias)) return 'cannot be the name of a folder everywhere';
  if (reserved.has(namesOf(alias).camel)) return `cannot be the name of an export: "${namesOf(alias).camel}" is a word of the language`;
  return undefined;
};

export const checkTitle: Check = (title) => checkText(title);
export const checkAuthor: Check = (author) => checkText(author);

export const checkPackageName: Check = (name) => {
  const { validForNewPackages, errors = [], warnings = [] } = validatePackageName(name);
  if (!validForNewPackages) return `is not a name for npm: ${[...errors, ...warnings].join('; ')}`;
  return dependencies().has(name) ? `is taken: the new package depends on "${name}"` : undefined;
};

export const checkLicense: Check = (license) => {
  if (findLicense(license) !== undefined) return undefined;
  const like = idsLike(license);
  return `must be the id of a licence at https://spdx.org/licenses, ${like.length > 0 ? `such as ${like.join(' or ')}` : 'or UNLICENSED'}`;
};

/** Checks a text of one line. It is also written where nothing is escaped, such as in the licence. */
function checkText(text: string): string | undefined {
  if (text.trim() === '') return 'must not be empty';
  if (text.length > longest) return `must have ${longest} characters at most`;
  if (/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u.test(text) || !text.isWellFormed()) return 'must be one line, without control characters';
  return undefined;
}
