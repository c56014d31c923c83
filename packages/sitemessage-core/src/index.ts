export type {
  ArgumentErrorCode,
  ArgumentErrorOptions,
  ConfigurationErrorOptions,
  ErrorKind,
  ErrorOptions,
  PermanentErrorOptions,
  TransientErrorOptions,
  TransientScope,
  UnknownOutcomeErrorOptions,
} from './errors.ts';
export {
  AddressError,
  ArgumentError,
  ConfigurationError,
  errorKind,
  PermanentError,
  SitemessageError,
  TransientError,
  UnknownOutcomeError,
} from './errors.ts';
export type { EventDispatch, EventListener, SitemessageEvent } from './events.ts';
export { emailHtml, emailPlain } from './message/email.ts';
export type { Html, HtmlHole } from './message/html.ts';
export { html, raw } from './message/html.ts';
export type {
  AnyMessageType,
  CheckedMessageTypeOptions,
  Links,
  Message,
  MessageType,
  Render,
  RenderDetails,
  Rendered,
  UncheckedMessageTypeOptions,
  UnknownPolicy,
} from './message/message-type.ts';
export { defineMessageType } from './message/message-type.ts';
export type { MessageTypeChanges } from './message/override.ts';
export { overrideMessageType } from './message/override.ts';
export { plain } from './message/plain.ts';
export type {
  AnyMessengerFactory,
  CommonOptions,
  MessengerDefinition,
  MessengerExtension,
  MessengerFactory,
  MessengerParts,
} from './messenger/define.ts';
export { defineMessenger, extendMessenger } from './messenger/define.ts';
export type {
  AnyMessenger,
  Attachment,
  Content,
  Delivery,
  Limit,
  Messenger,
  Receipt,
  SendContext,
  Session,
} from './messenger/messenger.ts';
export type { OneOrMany, Recipients } from './messenger/recipients.ts';
export { recipients, subscribers } from './messenger/recipients.ts';
export type { AddressOf, MadeBy, OptionsOf, RegisteredAlias, RegisteredMessengers } from './messenger/registered.ts';
export { registerMessenger } from './messenger/registry.ts';
export { sendTestMessage } from './messenger/test-message.ts';
export type { Messages } from './queue/drafts.ts';
export type { MessengerHealth, WorkerHealth } from './queue/health.ts';
export type { ReportedDispatch } from './queue/outcome.ts';
export type { Prepared } from './queue/prepare.ts';
export type { RetryPolicy } from './queue/retry.ts';
export type { Scheduled } from './queue/schedule.ts';
export type { ScheduleOptions } from './queue/schedule-options.ts';
export type { SendOptions, SendReport, Untouched } from './queue/send-scheduled.ts';
export type { StorageHealth } from './queue/storage-health.ts';
export type { CleanupOptions, UndeliveredOptions } from './queue/upkeep.ts';
export type { Worker, WorkerOptions } from './queue/worker.ts';
export type { Redactor } from './redact.ts';
export { redactor } from './redact.ts';
export type { Runtime } from './runtime.ts';
export type { Exactly, InputsOf, MessengersOption, Sitemessage, SitemessageOptions } from './site.ts';
export { createSitemessage } from './sitemessage.ts';
export type * from './storage/port.ts';
export type {
  AttemptError,
  Claim,
  DispatchDetails,
  DispatchError,
  DispatchRecord,
  DispatchStatus,
  FinalStatus,
  KeyUse,
  MessageKey,
  MessageRecord,
  NewDispatch,
  NewMessage,
  Outcome,
  Outcomes,
  SkipReason,
} from './storage/records.ts';
export { fanOutAlias } from './storage/records.ts';
export type * from './storage/subscriptions.ts';
export type * from './storage/suppressions.ts';
export type { Preference } from './subscription/choices.ts';
export type { DispatchRecipient, UserRecipient } from './subscription/keys.ts';
export type { LinkPurpose, LinkReader, LinkSecretOptions, LinkSubject, LinksOptions, LinkUser, SiteLinks } from './subscription/links.ts';
export { createLinkReader, createLinks } from './subscription/links.ts';
export type { Choice, Preferences, PreferencesOfType, PreferencesOptions } from './subscription/preferences.ts';
export type { TypeOrAlias } from './subscription/subscriptions.ts';
export type { Suppressions } from './subscription/suppressions.ts';
export type { CheckOptions, OptionCheck } from './validate.ts';
export { check, checkOptions, invalidOption } from './validate.ts';
