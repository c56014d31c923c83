import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** `.ci/run` unpacks packages here whose installation would put another one off the machine, or start a server. */
const unpacked = join(import.meta.dirname, '..', 'programs');

/** The root of a Debian package's files, unpacked or installed. Undefined when it lacks this file. */
export function rootOfPackage(name: string, file: string): string | undefined {
  return [join(unpacked, name), '/'].find((root) => existsSync(join(root, file)));
}
