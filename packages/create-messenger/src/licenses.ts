// The list of SPDX, without the ids that it has withdrawn.
import ids from 'spdx-license-ids/index.json' with { type: 'json' };

/** Those that are offered; any other id of SPDX is taken as well. */
export const licenses: readonly string[] = ['MIT', 'Apache-2.0', 'ISC', 'BSD-3-Clause', 'MPL-2.0', 'UNLICENSED'];

/** Those whose whole text there is, by the names of files in templates/licenses. */
const withText: readonly string[] = ['MIT', 'ISC', 'UNLICENSED'];

/** The file that becomes LICENSE. */
export const licenseFile = (license: string): string => (withText.includes(license) ? license : 'other');

/** The id as SPDX writes it, in whichever case it was given. Undefined for a text that is no id, nor `UNLICENSED`. */
export function findLicense(license: string): string | undefined {
  return [...licenses, ...ids].find((known) => known.toLowerCase() === license.toLowerCase());
}

/** At most three ids that begin with a text, such as `GPL-3.0-only` for `GPL-3.0`. */
export function idsLike(text: string): readonly string[] {
  return text === '' ? [] : ids.filter((id) => id.toLowerCase().startsWith(text.toLowerCase())).slice(0, 3);
}
