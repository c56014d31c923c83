import { Refusal } from './refusal.ts';

/** Those that work on the day on which this was written: https://developers.facebook.com/docs/graph-api/changelog/versions. */
const [oldest, newest] = [21, 26];

/** Throws a Refusal. Stricter than Facebook, which takes a path without a version for one of the oldest. */
export function checkVersion(version: string): void {
  const [, major] = /^v(\d+)\.0$/.exec(version) ?? [];
  if (major === undefined || Number(major) > newest) throw new Refusal({ code: 2500, message: `Unknown path components: /${version}` });
  if (Number(major) >= oldest) return;
  const message = `(#2635) You are calling a deprecated version of the API. Please update to the latest version: v${newest}.0.`;
  throw new Refusal({ code: 2635, message });
}
