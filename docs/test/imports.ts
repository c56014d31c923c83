import { dirname, join } from 'node:path/posix';
import ts from 'typescript';
import { found, read } from './files.ts';

export interface Import {
  /** The file that imports, from the root of the repository. */
  readonly file: string;
  /** A file of the same package, from the root, or what is imported from another one. */
  readonly target: string;
  readonly isOfTypes: boolean;
}

/** All imports and re-exports of the source of packages. */
export function importsOf(pattern: string): readonly Import[] {
  return found(pattern).flatMap((file) => {
    const source = ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest);
    return source.statements.flatMap((statement): Import[] => {
      if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
      if (!statement.moduleSpecifier || !ts.isStringLiteral(statement.moduleSpecifier)) return [];
      const { text } = statement.moduleSpecifier;
      const target = text.startsWith('.') ? join(dirname(file), text) : text;
      return [{ file, target, isOfTypes: isOfTypes(statement) }];
    });
  });
}

function isOfTypes(statement: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(statement)) return statement.isTypeOnly;
  return statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
}
