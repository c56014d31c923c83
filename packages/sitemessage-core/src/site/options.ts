import { ConfigurationError } from '../errors.ts';
import { hintFor, kindOf, readField } from '../foreign.ts';
import type { QueueStore, Storage } from '../storage/port.ts';
import type { SubscriptionStore } from '../storage/subscriptions.ts';
import type { SuppressionStore } from '../storage/suppressions.ts';
import { didYouMean } from '../validate.ts';

const optionNames = ['storage', 'messengers', 'messageTypes', 'addressOf', 'userId', 'resolveUsers', 'isActive', 'links', 'runtime'];
const methods: readonly (keyof Storage)[] = ['enqueueIn', 'watch', 'clock', 'migrate', 'close'];
const queue: readonly (keyof QueueStore)[] = [
  'enqueue',
  'claim',
  'settle',
  'reserve',
  'defer',
  'find',
  'list',
  'counts',
  'openQueues',
  'requeue',
  'cancel',
  'report',
  'prune',
];
const subscriptions: readonly (keyof SubscriptionStore)[] = ['list', 'splitPoints', 'has', 'change'];
const suppressions: readonly (keyof SuppressionStore)[] = ['add', 'lift', 'among', 'list'];
const stores: Readonly<Record<string, readonly string[]>> = { queue, subscriptions, suppressions };

/**
 * What would otherwise show when the first message is scheduled, or sent.
 *
 * @throws ConfigurationError that names the option.
 */
export function checkSiteOptions(options: unknown): void {
  const storage = readField(options, 'storage');
  if (!storage) {
    throw new ConfigurationError(
      "`storage` is missing. For one machine: `npm install @sitemessage/storage-sqlite` and `storage: sqliteStorage({ path: 'messages.db' })`.",
      { code: 'storage_missing' },
    );
  }
  if (storage instanceof Promise) {
    throw new ConfigurationError(`\`storage\` is ${kindOf(storage)}.${hintFor(storage)}`, { code: 'storage_invalid' });
  }
  const isMissing = (from: unknown, name: string): boolean => typeof readField(from, name) !== 'function';
  const missing = [
    ...methods.filter((name) => isMissing(storage, name)),
    ...Object.entries(stores).flatMap(([store, names]) =>
      names.filter((name) => isMissing(readField(storage, store), name)).map((name) => `${store}.${name}`),
    ),
  ];
  if (missing.length > 0) {
    const hint = typeof storage === 'function' ? ' It is a function: call it, as in `storage: memoryStorage()`.' : '';
    throw new ConfigurationError(`\`storage\` is no storage: it has no ${missing.join(', ')}.${hint}`, { code: 'storage_invalid' });
  }
  const unknown = Object.keys(options as object).find((name) => !optionNames.includes(name));
  if (unknown !== undefined) {
    throw new ConfigurationError(
      `\`${unknown}\` is no option of a site; there are ${optionNames.join(', ')}.${didYouMean(unknown, optionNames)}`,
      { code: 'option_invalid' },
    );
  }
  for (const name of ['addressOf', 'userId', 'resolveUsers', 'isActive', 'links']) {
    const given = readField(options, name);
    if (given === undefined || typeof given === 'function') continue;
    throw new ConfigurationError(`\`${name}\` must be a function, not ${kindOf(given)}.${hintFor(given)}`, { code: 'option_invalid' });
  }
  if (readField(options, 'resolveUsers') !== undefined && readField(options, 'userId') === undefined) {
    throw new ConfigurationError('`resolveUsers` needs `userId` beside it, by which its users are told apart.', { code: 'option_invalid' });
  }
}
