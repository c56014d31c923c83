import type { EventDispatch, EventListener } from '../events.ts';
import type { CleanupOptions } from '../manage/cleanup.ts';
import type { UndeliveredOptions } from '../manage/dispatches.ts';
import type { ReportedDispatch } from '../manage/outcomes.ts';
import type { Suppressions } from '../manage/suppressions.ts';
import type { AnyMessageType, Links } from '../message/message-type.ts';
import type { CommonOptions } from '../messenger/define.ts';
import type { AnyMessenger, Receipt } from '../messenger/messenger.ts';
import type { AddressOf, OptionsOf, RegisteredAlias } from '../messenger/registered.ts';
import type { Recipient } from '../recipient.ts';
import type { UserRecipient } from '../recipients/keys.ts';
import type { OneOrMany, Recipients } from '../recipients/recipients.ts';
import type { Runtime } from '../runtime.ts';
import type { Messages } from '../schedule/drafts.ts';
import type { ScheduleOptions } from '../schedule/options.ts';
import type { Prepared } from '../schedule/prepare.ts';
import type { Scheduled } from '../schedule/schedule.ts';
import type { SendOptions, WorkerOptions } from '../send/options.ts';
import type { SendReport } from '../send/send-due.ts';
import type { Worker } from '../send/worker.ts';
import type { CountFilter, Counts, DispatchFilter, Pruned, Storage } from '../storage/port.ts';
import type { DispatchDetails, DispatchRecord, Outcome } from '../storage/records.ts';
import type { Preference, Preferences, PreferencesOptions } from '../subscriptions/preferences.ts';
import type { TypeOrAlias } from '../subscriptions/subscribe.ts';

/** Options by the alias of an imported messenger package, or messengers that were made already. */
export type MessengersOption = readonly AnyMessenger[] | { readonly [Alias in RegisteredAlias]?: OptionsOf<Alias> & CommonOptions };

/** The given options, with a sentence in place of each one that its messenger does not have. The compiler shows it in its error. */
export type Exactly<M> = M extends readonly AnyMessenger[]
  ? M
  : { readonly [Alias in keyof M]: Alias extends RegisteredAlias ? Known<M[Alias], OptionsOf<Alias> & CommonOptions, Alias> : never };

type Known<Given, Options, Alias extends string> = {
  readonly [Key in keyof Given]: Key extends KeysOf<Options> ? Given[Key] : NoOption<`\`${Key & string}\` is no option of "${Alias}"`>;
};

/** No value is one, so that the compiler shows `Problem` for the value that was given. An object type: the intersection with a text is kept. */
interface NoOption<Problem extends string> {
  readonly problem: Problem;
}

type KeysOf<Options> = Options extends unknown ? keyof Options : never;

/** Alias -> what its recipients may be. */
export type InputsOf<M> = M extends readonly AnyMessenger[]
  ? { [One in M[number] as One['alias']]: One extends { getAddress(recipient: infer Input): string } ? Input : never }
  : { [Alias in keyof M & RegisteredAlias]: AddressOf<Alias> };

export interface SitemessageOptions<M extends MessengersOption, User, Transaction = never, Stored = unknown> {
  /** Where messages and dispatches are kept: `sqliteStorage`, `postgresStorage`, `memoryStorage`. */
  readonly storage: Storage<Transaction, Stored>;
  /** Default: none; add them with `registerMessengers`. */
  readonly messengers?: M;
  /** Beside the built-in `plain`, `email_plain` and `email_html`. Default: none. */
  readonly messageTypes?: readonly AnyMessageType[];
  /**
   * A user object of the application -> the address for a messenger. Where it gives undefined or null, the messenger's own `getAddress`
   * reads the object. Default: `getAddress` alone.
   */
  readonly addressOf?: (user: User, alias: string) => unknown;
  /** A user object of the application -> its id, which `render` and events get as the recipient's. Default: none. */
  readonly userId?: (user: User) => string | number | undefined;
  /**
   * The user objects of these ids, in any order, each found again by `userId`; without those that there are not any more. Asked for some
   * thousands at a time, when a message goes out to `subscribers`; what it throws is tried again later. Default: none, so that no user can be subscribed.
   */
  readonly resolveUsers?: (ids: readonly string[]) => Promise<Iterable<User>> | Iterable<User>;
  /** Whether a user gets what is sent to `subscribers`. Default: all of them do. */
  readonly isActive?: (user: User) => boolean;
  /** Links for one recipient, at once, such as `createLinks({ url, secret })` makes. What it throws is a permanent failure of that dispatch, of code `links_failed`. Default: none. */
  readonly links?: (dispatch: EventDispatch) => Links;
  /** For tests: `fakeRuntime()`. Default: the machine's. */
  readonly runtime?: Runtime;
}

export interface Sitemessage<Inputs = Record<string, unknown>, User = never, Transaction = never, Stored = unknown> {
  /**
   * Adds messengers, all of them or none. Returns this site, which then knows their aliases: `const site = created.registerMessengers(sms())`.
   *
   * @throws ConfigurationError when an alias is taken.
   */
  registerMessengers<const Added extends readonly AnyMessenger[]>(
    ...messengers: Added
  ): Sitemessage<Inputs & InputsOf<Added>, User, Transaction, Stored>;
  /** By alias, in the order in which they were registered. */
  getRegisteredMessengers(): Readonly<Record<string, AnyMessenger>>;
  /** @throws ConfigurationError when there is none, saying what to install or configure. */
  getRegisteredMessenger(alias: string): AnyMessenger;
  /** @throws ConfigurationError when an alias is taken. */
  registerMessageTypes(...types: readonly AnyMessageType[]): void;
  /** Recipients for one messenger of this site: addresses, user objects, or both mixed. Data only: checked when it is scheduled. */
  recipients<const Alias extends keyof Inputs & string>(alias: Alias, addresses: OneOrMany<Inputs[Alias] | User>): Recipients<Alias>;
  /**
   * Stores messages for recipients: all of it or nothing. A text is a message of type `plain`. Says of each message whether it is new.
   *
   * @throws PermanentError of code `key_conflict` for a `key` that was used for another type or context.
   * @throws AddressError, ConfigurationError or TypeError for what is wrong with the arguments; nothing is stored then.
   */
  scheduleMessages(
    messages: Messages,
    recipients: Recipients | readonly Recipients[],
    options?: ScheduleOptions,
  ): Promise<readonly Scheduled[]>;
  /**
   * Does all of `scheduleMessages` but the storing, which is then done by `save` as a part of the application's own transaction: an
   * order and its confirmation, both or neither. Stores nothing by itself.
   *
   * Not for lists of hundreds of thousands: the recipients are kept in memory until they are saved. The first call of a process asks the
   * storage for its schema and its clock; later ones ask it nothing, so they may come inside a transaction that holds the last connection of a pool.
   *
   * @throws AddressError, ConfigurationError or TypeError for what is wrong with the arguments.
   */
  prepare(
    messages: Messages,
    recipients: Recipients | readonly Recipients[],
    options?: ScheduleOptions,
  ): Promise<Prepared<Transaction, Stored>>;
  /**
   * Turns long lists, which are stored as pages of recipients, into dispatches, as sending does by itself. For an application that wants
   * to see or count them before anything is sent. Returns how many dispatches it stored: one for each recipient, however often a list names it.
   *
   * @throws What the storage throws.
   */
  prepareDispatches(): Promise<number>;
  /**
   * Sends what is due, through all messengers side by side, and ends when nothing is. For cron and for tests; `startWorker` keeps going.
   *
   * @throws ConfigurationError for an alias in `messengers` that this site does not have; nothing is sent then.
   * @throws TypeError for an option that is not what it should be; it names the option.
   * @throws what the storage threw, after all messengers have ended and what was sent is stored, as far as it can be.
   */
  sendScheduledMessages(options?: SendOptions): Promise<SendReport>;
  /**
   * Sends what is due as it comes due, until it is stopped.
   *
   * @throws ConfigurationError for an alias in `messengers` that this site does not have.
   * @throws TypeError for an option that is not what it should be; it names the option.
   */
  startWorker(options?: WorkerOptions): Worker;
  /** Sends one message at once, past the queue. Throws what went wrong. */
  sendTestMessage<const Alias extends keyof Inputs & string>(alias: Alias, to: Inputs[Alias], text?: string): Promise<Receipt>;
  /**
   * How many dispatches failed lately.
   *
   * @throws TypeError for an option that is not what it should be; what `notify` throws.
   */
  checkUndelivered(options?: UndeliveredOptions): Promise<number>;
  /**
   * Deletes what was sent, a thousand at a time. Failed and skipped dispatches stay for an operator to look at. The `key` of a message
   * that is deleted with its last dispatch holds for 7 more days.
   *
   * @throws TypeError when `olderThan` is no number of milliseconds.
   */
  cleanupSentMessages(options: CleanupOptions): Promise<Pruned>;
  /**
   * Sends failed and skipped dispatches that match again, with all their attempts. Returns how many; `{}` matches all of them.
   *
   * @throws TypeError for a filter with an unknown field, or one that is undefined or of the wrong type; it names the field.
   */
  requeue(filter: DispatchFilter): Promise<number>;
  /**
   * Skips the dispatches that match and are not in flight. Returns how many; `{}` matches all of them. A long list is expanded first, as far
   * as this site has its message type and reaches its subscribers: so it takes as long as that.
   *
   * @throws TypeError for a filter with an unknown field, or one that is undefined or of the wrong type; it names the field.
   */
  cancel(filter: DispatchFilter): Promise<number>;
  /** One dispatch, with what went wrong in each attempt. Undefined when there is none with this id. */
  find(id: string): Promise<DispatchDetails | undefined>;
  /**
   * The dispatches that match, by id, in constant memory. A list of more than 10,000 that is not expanded yet shows as rows of the messenger
   * `*`, one for 500 recipients.
   *
   * @throws TypeError, when it is iterated, for a filter with an unknown field, or one that is undefined or of the wrong type.
   */
  list(filter?: DispatchFilter): AsyncIterable<DispatchRecord>;
  /**
   * By messenger, type and status; finished ones only with `since`. A long list that is not expanded yet counts as rows of the messenger `*`.
   *
   * @throws TypeError for a filter with an unknown field, or one that is undefined or of the wrong type; it names the field.
   */
  counts(filter?: CountFilter): Promise<Counts>;
  /**
   * Notes what a provider, or whoever got it, tells of a dispatch later: for the application's webhook. What is told again changes nothing. What
   * `bounced` (for good: leave out what the provider tries again) or `complained` suppresses its address, as `gone` or `complained`.
   *
   * Returns whether there is such a dispatch: a provider may be faster than what stores its id, so that a webhook should be told once more.
   *
   * @throws PermanentError of code `provider_id_ambiguous` when several dispatches have this `providerId`; nothing is noted then.
   * @throws TypeError for a dispatch or an outcome that is not what it should be.
   */
  reportOutcome(dispatch: ReportedDispatch, outcome: Outcome): Promise<boolean>;
  /**
   * Subscribes users or addresses to a message type through a messenger: all of them or nobody. A user object that has an id is subscribed as
   * such, whatever its address is when something is sent. Returns how many were not subscribed before.
   *
   * @throws ConfigurationError for an unknown type or messenger, and for a pair of them that may not be subscribed to.
   * @throws AddressError for what is neither a user with an id nor an address.
   */
  subscribe(type: TypeOrAlias, recipients: Recipients | readonly Recipients[]): Promise<number>;
  /** Ends subscriptions, also such as nobody may begin any more. Returns how many there were. Throws as `subscribe` does. */
  unsubscribe(type: TypeOrAlias, recipients: Recipients | readonly Recipients[]): Promise<number>;
  /**
   * What a user can subscribe to, and is: message types by messengers, for a form or a table. `user`: an object of the application, or its id.
   *
   * @throws TypeError for somebody without an id, or an option that is not what it should be.
   */
  getUserPreferences(user: User | string | number, options?: PreferencesOptions): Promise<Preferences>;
  /**
   * Stores what a user has chosen, all of it or nothing; what is not mentioned stays as it is. Returns whether anything is different now.
   *
   * @throws TypeError for somebody without an id, or a preference that is not what it should be.
   * @throws ConfigurationError for an unknown type or messenger, and for a pair of them that may not be subscribed to.
   */
  setUserPreferences(user: User | string | number, preferences: readonly Preference[]): Promise<boolean>;
  /**
   * Ends what a link to unsubscribe is about: the subscription of the user, and that of the bare address. It works for message types and messengers
   * that this site has not any more, too. Returns how many there were.
   */
  unsubscribeRecipient(type: string, recipient: Recipient): Promise<number>;
  /**
   * What the recipient of a dispatch can subscribe to, and is: as a user, if it is one, and by the bare address. Without a user only what goes through
   * the messenger of the address. Of `{ recipientId }` alone everything of that user, as `getUserPreferences` gives it.
   *
   * @throws TypeError for an option that is not what it should be.
   */
  getRecipientPreferences(recipient: Recipient | UserRecipient, options?: PreferencesOptions): Promise<Preferences>;
  /**
   * Stores what the recipient of a dispatch has chosen, all of it or nothing; what is not mentioned stays as it is. Returns whether anything is
   * different now.
   *
   * @throws TypeError for a preference that is not what it should be.
   * @throws ConfigurationError for what this recipient may not subscribe to.
   */
  setRecipientPreferences(recipient: Recipient | UserRecipient, preferences: readonly Preference[]): Promise<boolean>;
  /** Addresses that nothing is sent to: because their provider said that there is nobody, their owner complained, or somebody decided so. */
  readonly suppressions: Suppressions;
  /** Returns what takes the listener off again. */
  onEvent(listener: EventListener): () => void;
  /**
   * Stops its workers, each within its `stopTimeoutMs`, and what `sendScheduledMessages` is sending (what is in flight is finished, for up to
   * 30 s, and the rest given back), and for what is being scheduled, then closes the storage; what a storage that does not answer keeps waiting is left behind 10 s later, and 10 s
   * after that the closing itself. From then on every call rejects,
   * and `startWorker` throws, with a ConfigurationError of code `site_closed`. May be called again.
   */
  close(): Promise<void>;
}
