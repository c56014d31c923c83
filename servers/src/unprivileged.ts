import { execFileSync } from 'node:child_process';
import { chown, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whom to run a program as. */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** The user `nobody` for programs that refuse to run as root, who runs in most containers. Undefined for anybody but root: run as us. */
export function unprivileged(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag: string): number => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

/** A new temporary folder that belongs to this user. */
export async function folderOf(user: User | undefined, name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `sitemessage-${name}-`));
  if (user) await chown(folder, user.uid, user.gid);
  return folder;
}
