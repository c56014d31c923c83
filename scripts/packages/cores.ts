import { join } from 'node:path';
import { type Packed, packFolder } from './pack.ts';
import { packVariant } from './variant.ts';

/** Core as it was, and as it may be one day. */
export interface Cores {
  readonly first: Packed;
  /** Has one more export. */
  readonly laterMinor: Packed;
  readonly nextMajor: Packed;
  /** A minor whose registry has another shape. */
  readonly otherProtocol: Packed;
}

export type CoreVersions = Readonly<Record<keyof Cores, string>>;

/** Around the major that core has now: there is no older one that anybody could have written against. */
export function versionsOf(core: Packed): CoreVersions {
  const major = Number(core.manifest.version.split('.')[0]);
  return { first: `${major}.0.0`, laterMinor: `${major}.99.0`, nextMajor: `${major + 1}.0.0`, otherProtocol: `${major}.100.0` };
}

export async function packCores(core: Packed, destination: string): Promise<Cores> {
  const versions = versionsOf(core);
  const as = (name: keyof Cores, code?: (code: string) => string) =>
    packVariant(core, { manifest: { version: versions[name] }, ...(code && { code }) }, destination);
  const [first, laterMinor, nextMajor, otherProtocol] = await Promise.all([
    as('first'),
    as('laterMinor', (code) => `${code}\nexport const later = true;\n`),
    as('nextMajor'),
    as('otherProtocol', (code) => code.replace(/\bprotocol = \d+;/, 'protocol = 99;')),
  ]);
  return { first, laterMinor, nextMajor, otherProtocol };
}

/** A messenger that somebody else wrote against the first minor of core, as a peer. */
export async function packPager({ first }: CoreVersions, destination: string): Promise<Packed> {
  const pager = await packFolder(join(import.meta.dirname, 'pager'), destination);
  return packVariant(pager, { manifest: { peerDependencies: { '@sitemessage/core': `^${first}` } } }, destination);
}
