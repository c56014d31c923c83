import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const folders = (path: string): readonly string[] =>
  readdirSync(new URL(path, root), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

/** The sandbox has codes of providers, and core's contracts have codes of their tests: no application meets them. */
const withoutCodes = (path: string): boolean =>
  path.startsWith('packages/sandbox/') || path.startsWith('packages/sitemessage-core/src/testing/');

interface Package {
  readonly name: string;
  /** Paths from the root. */
  readonly files: readonly string[];
}

const packages: readonly Package[] = folders('packages')
  .map((folder) => ({
    name: (JSON.parse(read(`packages/${folder}/package.json`)) as { readonly name: string }).name,
    files: (readdirSync(new URL(`packages/${folder}/src`, root), { recursive: true }) as string[])
      .filter((file) => file.endsWith('.ts'))
      .map((file) => `packages/${folder}/src/${file.replaceAll('\\', '/')}`)
      .filter((path) => !withoutCodes(path)),
  }))
  .filter(({ files }) => files.length > 0);

const isCode = (text: string): boolean => /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(text);

/** What an expression can be, as far as it is written down: of `a ? 'x' : (b ?? 'y')` both. Calls are not looked into. */
function* valuesOf(node: ts.Expression): Generator<ts.Expression> {
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) yield* valuesOf(node.expression);
  else if (ts.isConditionalExpression(node)) {
    yield* valuesOf(node.whenTrue);
    yield* valuesOf(node.whenFalse);
  } else if (ts.isBinaryExpression(node)) {
    yield* valuesOf(node.left);
    yield* valuesOf(node.right);
  } else yield node;
}

function* walk(node: ts.Node): Generator<ts.Node> {
  yield node;
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => void children.push(child));
  for (const child of children) yield* walk(child);
}

const isNamedCode = (node: ts.Node | undefined): boolean => node !== undefined && ts.isIdentifier(node) && node.text === 'code';

/** Functions of a file that have a parameter `code`, with its place. */
function takersOf(file: ts.SourceFile): ReadonlyMap<string, number> {
  const takers = new Map<string, number>();
  for (const node of walk(file)) {
    const [name, made] = ts.isFunctionDeclaration(node)
      ? [node.name, node]
      : ts.isVariableDeclaration(node)
        ? [node.name, node.initializer]
        : [undefined, undefined];
    if (!name || !ts.isIdentifier(name) || !made || !(ts.isFunctionDeclaration(made) || ts.isArrowFunction(made))) continue;
    const place = made.parameters.findIndex((parameter) => isNamedCode(parameter.name));
    if (place >= 0) takers.set(name.text, place);
  }
  return takers;
}

/** Every expression that becomes the code of an error: a property, a variable or an argument of this name, and what stands for one that is missing. */
function* givenAsCode(file: ts.SourceFile): Generator<ts.Expression> {
  const takers = takersOf(file);
  for (const node of walk(file)) {
    if ((ts.isPropertyAssignment(node) || ts.isVariableDeclaration(node)) && isNamedCode(node.name) && node.initializer)
      yield node.initializer;
    if (
      ts.isBinaryExpression(node) &&
      node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken &&
      ts.isPropertyAccessExpression(node.left) &&
      isNamedCode(node.left.name)
    )
      yield node.right;
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
      const argument = node.arguments[takers.get(node.expression.text) ?? -1];
      if (argument) yield argument;
    }
  }
}

/** The numbers of a constant of the file: `const a = 1` or `const a = [1, 2]`. */
function constantOf(file: ts.SourceFile, name: string): readonly number[] {
  for (const node of walk(file)) {
    if (!ts.isVariableDeclaration(node) || node.name.getText() !== name || !node.initializer) continue;
    const listed = ts.isArrayLiteralExpression(node.initializer) ? [...node.initializer.elements] : [node.initializer];
    return listed.filter(ts.isNumericLiteral).map(({ text }) => Number(text));
  }
  return [];
}

/** The numbers that a file knows of a variable: `listed.includes(number)`, `number === 6`, and the ends of `number >= 200 && number <= 299`. */
function numbersOf(file: ts.SourceFile, variable: string): ReadonlySet<number> {
  const numbers = new Set<number>();
  const numbersIn = (node: ts.Expression): readonly number[] =>
    ts.isNumericLiteral(node) ? [Number(node.text)] : ts.isIdentifier(node) ? constantOf(file, node.text) : [];
  const add = (values: readonly number[]): void => values.forEach((value) => void numbers.add(value));
  for (const node of walk(file)) {
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) && node.expression.name.text === 'includes') {
      if (node.arguments[0]?.getText() === variable && ts.isIdentifier(node.expression.expression))
        add(numbersIn(node.expression.expression));
    }
    if (!ts.isBinaryExpression(node) || node.left.getText() !== variable) continue;
    const { kind } = node.operatorToken;
    if (kind === ts.SyntaxKind.EqualsEqualsEqualsToken || kind === ts.SyntaxKind.GreaterThanEqualsToken) add(numbersIn(node.right));
    const isEnd = ts.isBinaryExpression(node.parent) && node.parent.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken;
    if (isEnd && kind === ts.SyntaxKind.LessThanEqualsToken) add(numbersIn(node.right));
    if (isEnd && kind === ts.SyntaxKind.LessThanToken) add(numbersIn(node.right).map((value) => value - 1));
  }
  return numbers;
}

/** The texts that a variable can be at this place, by its type: what was returned for before is out of it. */
function textsOf(path: string, expression: ts.Expression): readonly string[] {
  const source = fileURLToPath(new URL(path, root));
  const program = ts.createProgram([source], {
    allowImportingTsExtensions: true,
    noEmit: true,
    noLib: true,
    strict: true,
    types: [],
  });
  const file = program.getSourceFile(source) as ts.SourceFile;
  const same = [...walk(file)].find(
    (node) => node.pos === expression.pos && node.end === expression.end && ts.isIdentifier(node),
  ) as ts.Node;
  const type = program.getTypeChecker().getTypeAtLocation(same);
  return (type.isUnion() ? type.types : [type]).filter((part) => part.isStringLiteral()).map(({ value }) => value);
}

/** Of a code that is put together, such as `vk_${number}`: each that the file knows, and `vk_*` where any other is possible. */
function composed(path: string, file: ts.SourceFile, template: ts.TemplateExpression): readonly string[] {
  const prefix = template.head.text;
  const [span] = template.templateSpans as unknown as readonly [ts.TemplateSpan];
  if (ts.isIdentifier(span.expression)) {
    const texts = textsOf(path, span.expression);
    if (texts.length > 0) return texts.map((text) => `${prefix}${text}`);
  }
  const variable = [...walk(span.expression)].filter(ts.isIdentifier).at(-1)?.text ?? '';
  return [`${prefix}*`, ...[...numbersOf(file, variable)].map((number) => `${prefix}${number}`)];
}

function codesOf(path: string): readonly string[] {
  const file = ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest, true);
  return [...givenAsCode(file)].flatMap((given) =>
    [...valuesOf(given)].flatMap((value) => {
      if (ts.isStringLiteralLike(value)) return isCode(value.text) ? [value.text] : [];
      return ts.isTemplateExpression(value) ? composed(path, file, value) : [];
    }),
  );
}

/** The answers of `@sitemessage/web` have a word, and a status. */
const answersOf = (path: string): readonly string[] =>
  [...read(path).matchAll(/\{ (?:kind|error): '(\w+)' \}, (\d{3})/g)].map(([, word, status]) => `${word} ${status}`);

/** Codes, each with the cells of its row. */
type Documented = readonly { readonly code: string; readonly cells: readonly string[] }[];

/** By package, of the tables whose first column is headed `code`. */
function documentedIn(markdown: string): ReadonlyMap<string, Documented> {
  const sections = markdown.split(/^## /m).slice(1);
  return new Map(
    sections.map((section) => {
      const heading = section.slice(0, section.indexOf('\n')).replaceAll('`', '').trim();
      const tables = section.split(/\n(?!\|)/).filter((block) => /^\| code \|/m.test(block));
      const rows = tables.flatMap((table) => [...table.matchAll(/^\| `.*$/gm)].map(([row]) => row.split(' | ')));
      return [
        heading,
        rows.flatMap((cells) => [...(cells[0] ?? '').matchAll(/`([^`]+)`/g)].map(([, code = '']) => ({ code, cells }))),
      ] as const;
    }),
  );
}

const sorted = (codes: Iterable<string>): readonly string[] => [...new Set(codes)].toSorted();
const inSource = new Map(packages.map(({ name, files }) => [name, sorted(files.flatMap(codesOf))] as const));
const inDocs = documentedIn(read('docs/errors.md'));
const listed = (name: string): Documented => inDocs.get(name) ?? [];

/**
 * The codes of a list, without those that it names though the source does not: one of `fb_*`, of which there are many, and of the kind that these
 * have.
 */
function namedIn(rows: Documented, name: string): readonly string[] {
  const known = new Set(inSource.get(name));
  const others = new Map(rows.filter(({ code }) => code.endsWith('*')).map(({ code, cells }) => [code.slice(0, -1), cells[1]]));
  const isOther = ({ code, cells }: Documented[number]): boolean => {
    const [, family = ''] = /^(\w+_)\d+$/.exec(code) ?? [];
    return !known.has(code) && others.get(family) === cells[1];
  };
  return sorted(rows.filter((row) => !isOther(row)).map(({ code }) => code));
}

describe('the list of errors', () => {
  it('finds codes in every form that the source has', () => {
    expect(inSource.get('@sitemessage/core')).toEqual(
      expect.arrayContaining(['transient', 'unknown_outcome', 'lease_lost', 'send_timeout']),
    );
    expect(inSource.get('@sitemessage/http')).toEqual(
      expect.arrayContaining(['http_no_reply', 'http_request', 'proxy_busy', 'http_*', 'http_399', 'http_504']),
    );
    expect(inSource.get('@sitemessage/http')).not.toContain('proxy_target');
    expect(inSource.get('@sitemessage/messenger-xmpp')).toEqual(expect.arrayContaining(['xmpp_proxy', 'xmpp_recipient_busy']));
    expect(inSource.get('@sitemessage/messenger-vk')).toEqual(expect.arrayContaining(['vk_*', 'vk_6', 'vk_1012', 'vk_recipient']));
    expect(inSource.get('@sitemessage/messenger-fb')).toEqual(expect.arrayContaining(['fb_*', 'fb_368', 'fb_200', 'fb_299', 'fb_80001']));
    expect(inSource.get('@sitemessage/messenger-twitter')).toEqual(expect.arrayContaining(['twitter_refused', 'twitter_credits']));
  });

  it.each(packages.map(({ name }) => name))('has every code of %s, and no other', (name) => {
    expect(namedIn(listed(name), name)).toEqual(inSource.get(name));
  });

  it.each(packages.map(({ name }) => name))('names every code of %s once, with a kind, where it shows and what to do', (name) => {
    const codes = listed(name).map(({ code }) => code);
    expect(codes.toSorted()).toEqual(sorted(codes));
    for (const { code, cells } of listed(name)) {
      expect(cells, code).toHaveLength(4);
      expect(cells[1], code).toMatch(/\b(transient|permanent|address|configuration|unknown)\b/);
    }
  });

  it('is about no package that there is not', () => {
    const described = [...inDocs].filter(([, rows]) => rows.length > 0).map(([name]) => name);
    expect(described.toSorted()).toEqual(
      [...inSource]
        .filter(([, codes]) => codes.length > 0)
        .map(([name]) => name)
        .toSorted(),
    );
  });

  it('has the words with which the web handler answers', () => {
    const words = sorted(packages.filter(({ name }) => name === '@sitemessage/web').flatMap(({ files }) => files.flatMap(answersOf)));
    const [, section = ''] = read('docs/errors.md').split('## `@sitemessage/web`');
    expect(words.length).toBeGreaterThan(3);
    expect(sorted([...section.matchAll(/^\| `(\w+)` \| (\d{3}) \|/gm)].map(([, word, status]) => `${word} ${status}`))).toEqual(words);
  });
});

describe('the pages of messengers', () => {
  const aliases = packages
    .filter(({ name }) => name.includes('/messenger-'))
    .map(({ name }) => name.replace('@sitemessage/messenger-', ''));

  it.each(aliases)('%s.md has every code of its package, of the same kind as the list', (alias) => {
    const name = `@sitemessage/messenger-${alias}`;
    const page = [...documentedIn(read(`docs/messengers/${alias}.md`)).values()].flat();
    expect(namedIn(page, name)).toEqual(inSource.get(name));
    expect(page.length).toBe(listed(name).length);
    const kinds = new Map(listed(name).map(({ code, cells }) => [code, cells[1]]));
    for (const { code, cells } of page) expect(cells[1], code).toBe(kinds.get(code));
  });
});
