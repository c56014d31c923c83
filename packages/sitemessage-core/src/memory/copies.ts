import type { DispatchError, MessageRecord, NewDispatch } from '../storage/records.ts';

/*
 * What comes in is copied field by field and frozen: the caller may change or reuse its objects, and what goes out again
 * cannot be used to change what is stored.
 */

export function copyMessage({ id, type, context, sender, createdAt, expiresAt }: MessageRecord): MessageRecord {
  return Object.freeze({
    id,
    type,
    context,
    ...(sender !== undefined && { sender }),
    createdAt,
    ...(expiresAt !== undefined && { expiresAt }),
  });
}

export function copyDispatch(dispatch: NewDispatch): NewDispatch {
  const { id, messageId, messenger, type, priority, dueAt, address, recipientId, fanOut } = dispatch;
  return Object.freeze({
    id,
    messageId,
    messenger,
    type,
    priority,
    dueAt,
    address,
    ...(recipientId !== undefined && { recipientId }),
    ...(fanOut !== undefined && { fanOut }),
  });
}

export function copyError({ kind, code, message }: DispatchError): DispatchError {
  return Object.freeze({ kind, code, message });
}
