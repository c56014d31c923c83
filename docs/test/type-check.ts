import { join } from 'node:path/posix';
import ts from 'typescript';
import { read, root } from './files.ts';

const docs = join(root, 'docs');

/** The mistakes in files that need not be there, by their paths. What a folder has not installed is taken from `docs`. */
export function typeCheck(files: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  const config = ts.parseConfigFileTextToJson('tsconfig.json', read('tsconfig.json')).config;
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const settings: ts.CompilerOptions = { ...options, noUnusedLocals: false, noUnusedParameters: false };
  const host = ts.createCompilerHost(settings);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => files.get(path) ?? readFile(path);
  host.getSourceFile = (path, language, ...rest) => {
    const text = files.get(path);
    return text === undefined ? getSourceFile(path, language, ...rest) : ts.createSourceFile(path, text, language, true);
  };
  const cache = ts.createModuleResolutionCache(root, (path) => path);
  host.resolveModuleNameLiterals = (names, from, redirected, given, source) =>
    names.map((name) => {
      const mode = ts.getModeForUsageLocation(source, name, given);
      const resolve = (path: string) => ts.resolveModuleName(name.text, path, given, host, cache, redirected, mode);
      const found = resolve(from);
      return found.resolvedModule || !files.has(from) ? found : resolve(join(docs, 'api.ts'));
    });
  const program = ts.createProgram([...files.keys()], settings, host);
  return new Map(
    [...files.keys()].map((path) => {
      const source = program.getSourceFile(path);
      const mistakes = source ? [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)] : [];
      return [path, mistakes.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))];
    }),
  );
}
