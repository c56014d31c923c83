/** Those that are offered; any other id of SPDX is taken as well. */
export const licenses: readonly string[] = ['MIT', 'Apache-2.0', 'ISC', 'BSD-3-Clause', 'MPL-2.0', 'UNLICENSED'];

/** Those whose whole text there is, by the names of files in templates/licenses. */
const withText: readonly string[] = ['MIT', 'ISC', 'UNLICENSED'];

/** The file that becomes LICENSE. */
export const licenseFile = (license: string): string => (withText.includes(license) ? license : 'other');

/** As SPDX writes it. */
export const spelled = (license: string): string => licenses.find((known) => known.toLowerCase() === license.toLowerCase()) ?? license;
