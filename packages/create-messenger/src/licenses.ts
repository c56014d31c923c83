// The ids of SPDX, without withdrawn ones.
import ids from 'spdx-license-ids/index.json' with { type: 'json' };

/** The licences of the question. Any other id of SPDX is accepted too. */
export const licenses: readonly string[] = ['MIT', 'Apache-2.0', 'ISC', 'BSD-3-Clause', 'MPL-2.0', 'UNLICENSED'];

/** The licences with a whole text, which are files in templates/licenses. */
const withText: readonly string[] = ['MIT', 'ISC', 'UNLICENSED'];

/** Returns the file that becomes LICENSE. */
export const licenseFile = (license: string): string => (withText.includes(license) ? license : 'other');

/**
 * Returns the id as SPDX writes it, for an id in any case. Undefined for a text that is not an id or
 * `UNLICENSED`.
 */
export function findLicense(license: string): string | undefined {
  return [...licenses, ...ids].find((known) => known.toLowerCase() === license.toLowerCase());
}

/** Returns up to three ids that begin with a text, such as `GPL-3.0-only` for `GPL-3.0`. */
export function idsLike(text: string): readonly string[] {
  return text === '' ? [] : ids.filter((id) => id.toLowerCase().startsWith(text.toLowerCase())).slice(0, 3);
}
