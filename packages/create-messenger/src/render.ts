import { namesOf } from './names.ts';
import { defaultsFor, type Settings } from './options.ts';
import { Problem } from './problem.ts';
import { type Files, type Kind, readTemplates } from './templates.ts';

/** The words that are replaced, longer ones first: the name of the package has the alias in it. */
const words =
  /sitemessage-messenger-my-protocol|my-protocol|MyProtocol|myProtocol|my_protocol|MY_PROTOCOL|My Protocol|My Name|MY-LICENSE|\b2026\b/g;

/** The escaping of a text, by the end of the file's name. Other files have the text as it is. */
const escapes: readonly (readonly [ending: string, escaped: (text: string) => string])[] = [
  ['.ts', (text) => text.replaceAll(/['\\]/g, '\\$&')],
  ['.json', (text) => JSON.stringify(text).slice(1, -1)],
  [
    '.md',
    (text) =>
      text
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll(/[\\`*_{}[\]#|!~>$]/g, '\\$&'),
  ],
];

/**
 * Returns the files of a package, by path. `year` is the year of the licence.
 *
 * @throws Problem when the alias makes a name that the package uses already.
 */
export function render(settings: Settings, year: number = new Date().getFullYear()): Files {
  const templates = readTemplates(settings.kind, settings.license);
  const values = valuesOf(settings, year);
  const clash = clashOf(templates, renaming(values));
  if (clash !== undefined) throw new Problem(`The alias "${settings.alias}" ${clashing(clash)}.`);
  return new Map(
    [...templates].map(([path, content]) => {
      const [, escaped = (text: string) => text] = escapes.find(([ending]) => path.endsWith(ending)) ?? [];
      return [path, content.replaceAll(words, (found) => escapeWord(found, values[found] ?? found, escaped))];
    }),
  );
}

/**
 * Returns the problem with an alias in any of these kinds, as the end of a sentence. Undefined when it has
 * none.
 */
export function checkClash(alias: string, among: readonly Kind[]): string | undefined {
  const rename = renaming(valuesOf(defaultsFor(alias), 0));
  const [clash] = among.map((kind) => clashOf(readTemplates(kind, 'MIT'), rename)).filter((name) => name !== undefined);
  return clash === undefined ? undefined : clashing(clash);
}

const renaming =
  (values: Readonly<Record<string, string>>) =>
  (name: string): string =>
    name.replaceAll(words, (found) => values[found] ?? found);

const clashing = (name: string): string => `makes the name "${name}", which the package uses already`;

function valuesOf({ alias, title, package: name, author, license }: Settings, year: number): Readonly<Record<string, string>> {
  const { camel, pascal, snake, upper } = namesOf(alias);
  return {
    'sitemessage-messenger-my-protocol': name,
    'my-protocol': alias,
    MyProtocol: pascal,
    myProtocol: camel,
    my_protocol: snake,
    MY_PROTOCOL: upper,
    'My Protocol': title,
    'My Name': author,
    'MY-LICENSE': license,
    '2026': String(year),
  };
}

/** Escapes a title or an author. All other values are checked, and have no special characters. */
const escapeWord = (found: string, value: string, escaped: (text: string) => string): string =>
  found === 'My Protocol' || found === 'My Name' ? escaped(value) : value;

/** Matches a name in code, except after a dot: a property can have any name. */
const codeName = /(?<![\w$]|(?<!\.)\.)[A-Za-z_$][\w$]*/g;
const comments = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;
const strings = /'(?:[^'\\\n]|\\.)*'/g;

/**
 * Returns a new name that a file has already: `describe`, `once`, or `CommonOptions` for the alias
 * `common`. Undefined when there is none.
 */
function clashOf(templates: Files, rename: (name: string) => string): string | undefined {
  for (const [path, content] of templates) {
    if (!path.endsWith('.ts')) continue;
    const names = new Set(content.replaceAll(comments, '').replaceAll(strings, '').match(codeName) ?? []);
    const clash = [...names].map((name) => [name, rename(name)] as const).find(([name, renamed]) => name !== renamed && names.has(renamed));
    if (clash) return clash[1];
  }
  return undefined;
}
