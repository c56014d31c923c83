export type {
  ErrorKind,
  ErrorOptions,
  PermanentErrorOptions,
  TransientErrorOptions,
  TransientScope,
  UnknownOutcomeErrorOptions,
} from './errors.ts';
export {
  AddressError,
  ConfigurationError,
  errorKind,
  PermanentError,
  SitemessageError,
  TransientError,
  UnknownOutcomeError,
} from './errors.ts';
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
export type { RegisteredMessengers } from './messenger/registered.ts';
export { registerMessenger } from './messenger/registry.ts';
export type { RetryPolicy } from './queue/retry.ts';
export type { Redactor } from './redact.ts';
export { redactor } from './redact.ts';
export type { Runtime } from './runtime.ts';
export * from './storage/port.ts';
export * from './storage/records.ts';
