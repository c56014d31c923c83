import { relative } from 'node:path';
import { managerOf } from './manager.ts';

/** What to run next, in the commands of the package manager that started this. */
export function nextSteps(folder: string, userAgent?: string, platform: NodeJS.Platform = process.platform): readonly string[] {
  const manager = managerOf(userAgent);
  const path = relative(process.cwd(), folder);
  const move = path === '' ? [] : [`cd ${quoted(path, platform === 'win32')}`];
  return [...move, `${manager} install`, `${manager} run test`, `${manager} run build`, `${manager} run check`];
}

/** For a shell, where it has to be. That of Windows knows double quotes alone, and no name there has any. */
function quoted(path: string, isWindows: boolean): string {
  if (isWindows) return /^[\w./\\:@+-]+$/.test(path) ? path : `"${path}"`;
  return /^[\w./:@+-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
