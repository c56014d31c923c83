export type { ErrorKind, TransientScope } from './errors.ts';
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
export type { CleanupOptions } from './manage/cleanup.ts';
export { emailHtml, emailPlain, plain } from './message/built-in.ts';
export type { Html } from './message/html.ts';
export { html, raw } from './message/html.ts';
export type { AnyMessageType, Links, Message, MessageType, MessageTypeOptions, RenderDetails, Rendered } from './message/message-type.ts';
export { defineMessageType } from './message/message-type.ts';
export { overrideMessageType } from './message/override.ts';
export type { CommonOptions, MessengerDefinition, MessengerExtension, MessengerFactory, MessengerParts } from './messenger/define.ts';
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
export type { Recipient } from './recipient.ts';
export type { Recipients } from './recipients/recipients.ts';
export { recipients, subscribers } from './recipients/recipients.ts';
export type { Redactor } from './redact/redact.ts';
export { redactor } from './redact/redact.ts';
export type { Runtime } from './runtime.ts';
export type { ScheduleOptions } from './schedule/options.ts';
export type { Prepared } from './schedule/prepare.ts';
export type { Scheduled } from './schedule/schedule.ts';
export type { WorkerHealth } from './send/health.ts';
export type { SendOptions, WorkerOptions } from './send/options.ts';
export type { SendReport } from './send/send-due.ts';
export type { Worker } from './send/worker.ts';
export { createSitemessage } from './site/create.ts';
export type { Sitemessage, SitemessageOptions } from './site/site.ts';
export type { Counts, DispatchFilter } from './storage/port.ts';
export type { DispatchDetails, DispatchError, DispatchRecord, DispatchStatus, Outcome, SkipReason } from './storage/records.ts';
export type { Suppression, SuppressionFilter } from './storage/suppressions.ts';
export type { Preference, Preferences, PreferencesOptions } from './subscriptions/preferences.ts';
export type { OptionCheck } from './validate.ts';
export { check, checkOptions, invalidOption } from './validate.ts';
