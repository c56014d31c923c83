import ts from 'typescript';
import { read } from './files.ts';

const parse = (file: string): ts.SourceFile => ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true);

const nameOf = ({ name }: ts.TypeElement): string => (name && (ts.isIdentifier(name) || ts.isStringLiteral(name)) ? name.text : '');

/** The members of an interface of a file, in order. */
export function membersOf(file: string, name: string): readonly string[] {
  const found = parse(file).statements.find((one) => ts.isInterfaceDeclaration(one) && one.name.text === name);
  if (!found) throw new Error(`${file} has no interface ${name}.`);
  return (found as ts.InterfaceDeclaration).members.map(nameOf);
}

/** Returns the names that a file re-exports. */
export function exportedNames(file: string): readonly string[] {
  return parse(file).statements.flatMap((one) => {
    if (!ts.isExportDeclaration(one) || !one.exportClause || !ts.isNamedExports(one.exportClause)) {
      throw new Error(`${file} has something other than named re-exports.`);
    }
    return one.exportClause.elements.map(({ name }) => name.text);
  });
}

/** The fields beside `type` of each object in a union of a file, by its `type`. */
export function fieldsByType(file: string, name: string): ReadonlyMap<string, readonly string[]> {
  const found = parse(file).statements.find((one) => ts.isTypeAliasDeclaration(one) && one.name.text === name);
  const union = (found as ts.TypeAliasDeclaration | undefined)?.type;
  if (!union || !ts.isUnionTypeNode(union)) throw new Error(`${file} has no union ${name}.`);
  return new Map(
    union.types.filter(ts.isTypeLiteralNode).map(({ members }) => {
      const type = members.find((member) => nameOf(member) === 'type') as ts.PropertySignature;
      const [, literal = ''] = /'(\w+)'/.exec(type.type?.getText() ?? '') ?? [];
      return [literal, members.map(nameOf).filter((field) => field !== 'type')];
    }),
  );
}

/** The texts between back-ticks. */
export const quoted = (cell: string): readonly string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);

/** The rows of the first table under a heading of a file, without its head. */
export function tableOf(file: string, heading: string): readonly (readonly string[])[] {
  const [, section = ''] = read(file).split(`\n## ${heading}\n`);
  const [, , ...rows] = /(?:^\|.*\n)+/m.exec(section)?.[0].trim().split('\n') ?? [];
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
