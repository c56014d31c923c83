import { hintFor, isPromise, kindOf, readField } from '../foreign.ts';
import { missingMethods } from '../storage/methods.ts';
import { check, checkOptions, invalidOption, type OptionCheck } from '../validate.ts';

const isStorage: OptionCheck = (value) => {
  if (isPromise(value)) return `is ${kindOf(value)}.${hintFor(value)}`;
  const missing = missingMethods(value);
  if (missing.length === 0) return undefined;
  const hint = typeof value === 'function' ? ' It is a function: call it, as in `storage: memoryStorage()`.' : '';
  return `is not a storage: it has no ${missing.join(', ')}.${hint}`;
};

const checks: Readonly<Record<string, OptionCheck>> = {
  storage: isStorage,
  messengers: check.anything,
  messageTypes: check.anything,
  addressOf: check.function,
  userId: check.function,
  resolveUsers: check.function,
  isActive: check.function,
  links: check.function,
  runtime: check.anything,
};

/**
 * Checks the options of a site, so that a mistake shows now and not when the first message is scheduled or sent.
 *
 * @throws ArgumentError that names the option.
 */
export function checkSiteOptions(options: unknown): void {
  if (!readField(options, 'storage')) {
    const example = "`npm install @sitemessage/storage-sqlite` and `storage: sqliteStorage({ path: 'messages.db' })`";
    throw invalidOption('storage', `is missing. For one machine: ${example}`);
  }
  checkOptions(options, checks, { of: 'createSitemessage' });
  if (readField(options, 'resolveUsers') !== undefined && readField(options, 'userId') === undefined) {
    throw invalidOption('resolveUsers', 'needs `userId` beside it, to match users with their ids');
  }
}
