import { clashOf } from './clash.ts';
import type { Kind } from './kinds.ts';
import { namesOf } from './names.ts';
import { defaultsFor, type Settings } from './options.ts';
import { Problem } from './problem.ts';
import { type Files, readTemplates } from './templates.ts';

/** The words of the templates, each as long as it can be: the name of the package has the alias in it. */
const words =
  /sitemessage-messenger-my-protocol|my-protocol|MyProtocol|myProtocol|my_protocol|MY_PROTOCOL|My Protocol|My Name|MY-LICENSE|\b2026\b/g;

/** How a text stands in a file, by the end of the file's name. Everything else has it as it is. */
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
 * A whole package in memory, by path. `year` stands in the licence.
 *
 * @throws Problem when the alias makes a name that the package has for something else.
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

/** For an alias whose kind is not known yet: says what is wrong with it in any of these. */
export function checkClash(alias: string, among: readonly Kind[]): string | undefined {
  const rename = renaming(valuesOf(defaultsFor(alias), 0));
  const [clash] = among.map((kind) => clashOf(readTemplates(kind, 'MIT'), rename)).filter((name) => name !== undefined);
  return clash === undefined ? undefined : clashing(clash);
}

const renaming =
  (values: Readonly<Record<string, string>>) =>
  (name: string): string =>
    name.replaceAll(words, (found) => values[found] ?? found);

const clashing = (name: string): string => `makes the name "${name}", which the package has for something else`;

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

/** Only what people wrote can have characters that mean something: the rest is checked, and stands in code. */
const escapeWord = (found: string, value: string, escaped: (text: string) => string): string =>
  found === 'My Protocol' || found === 'My Name' ? escaped(value) : value;
