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

export async function packCores(core: Packed, destination: string): Promise<Cores> {
  const as = (version: string, code?: (code: string) => string) =>
    packVariant(core, { manifest: { version }, ...(code && { code }) }, destination);
  const [first, laterMinor, nextMajor, otherProtocol] = await Promise.all([
    as('1.0.0'),
    as('1.99.0', (code) => `${code}\nexport const later = true;\n`),
    as('2.0.0'),
    as('1.100.0', (code) => code.replace(/\bprotocol = \d+;/, 'protocol = 99;')),
  ]);
  return { first, laterMinor, nextMajor, otherProtocol };
}

/** A messenger that somebody else wrote against the first minor of core, as a peer. */
export const packPager = (destination: string): Promise<Packed> => packFolder(join(import.meta.dirname, 'pager'), destination);
