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
export type { LinkPurpose, LinkReader, LinkSecretOptions, LinkSubject, LinksOptions, LinkUser, SiteLinks } from './links/links.ts';
export { createLinkReader, createLinks } from './links/links.ts';
export type { CleanupOptions, UndeliveredOptions } from './manage/dispatches.ts';
export type { ReportedDispatch } from './manage/outcomes.ts';
export type { Suppressions } from './manage/suppressions.ts';
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
export type { AddressOf, MadeBy, OptionsOf, RegisteredAlias, RegisteredMessengers } from './messenger/registered.ts';
export { registerMessenger } from './messenger/registry.ts';
export type { RetryPolicy } from './messenger/retry.ts';
export { sendTestMessage } from './messenger/test-message.ts';
export type { DispatchRecipient, UserRecipient } from './recipients/keys.ts';
export type { OneOrMany, Recipients } from './recipients/recipients.ts';
export { recipients, subscribers } from './recipients/recipients.ts';
export type { Redactor } from './redact/redact.ts';
export { redactor } from './redact/redact.ts';
export type { Runtime } from './runtime.ts';
export type { Messages } from './schedule/drafts.ts';
export type { ScheduleOptions } from './schedule/options.ts';
export type { Prepared } from './schedule/prepare.ts';
export type { Scheduled } from './schedule/schedule.ts';
export type { MessengerHealth, WorkerHealth } from './send/health.ts';
export type { StorageHealth } from './send/observe-storage.ts';
export type { SendOptions, SendReport, Untouched } from './send/send-due.ts';
export type { Worker, WorkerOptions } from './send/worker.ts';
export { createSitemessage } from './site/create.ts';
export type { Exactly, InputsOf, MessengersOption, Sitemessage, SitemessageOptions } from './site/site.ts';
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
export type { Preference } from './subscriptions/choices.ts';
export type { Choice, Preferences, PreferencesOfType, PreferencesOptions } from './subscriptions/preferences.ts';
export type { TypeOrAlias } from './subscriptions/subscribe.ts';
export type { CheckOptions, OptionCheck } from './validate.ts';
export { check, checkOptions, invalidOption } from './validate.ts';
