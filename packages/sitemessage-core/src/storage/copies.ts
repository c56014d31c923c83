import type { Settlement } from './port.ts';
import type { DispatchError, NewDispatch, NewMessage } from './records.ts';

/**
 * Checks that a database can keep a text or an id unchanged. Each function returns its argument, or throws
 * a PermanentError that names the field.
 */
export interface Keeper {
  text(text: string, field: string): string;
  id(id: string, field: string): string;
}

/**
 * Copies the arguments of a storage field by field. Their owner may change them later, and a broken object
 * must throw before anything is stored.
 */
export interface Copies {
  message(message: NewMessage): NewMessage;
  dispatch(dispatch: NewDispatch): NewDispatch;
  settlement(settlement: Settlement): Settlement;
}

/** Makes the functions that copy arguments. Call them before a transaction begins. */
export function createCopies({ text, id: keepId }: Keeper): Copies {
  const copyError = ({ kind, code, message }: DispatchError): DispatchError => ({
    kind,
    code: text(code, 'error.code'),
    message: text(message, 'error.message'),
  });

  const copyDispatch = (dispatch: NewDispatch): NewDispatch => {
    const { id, messageId, messenger, type, priority, dueAt, address, recipientId, fanOut } = dispatch;
    return {
      id: keepId(id, 'id'),
      messageId: keepId(messageId, 'messageId'),
      messenger: text(messenger, 'messenger'),
      type: text(type, 'type'),
      priority,
      dueAt,
      address: text(address, 'address'),
      ...(recipientId !== undefined && { recipientId: text(recipientId, 'recipientId') }),
      ...(fanOut !== undefined && { fanOut: text(fanOut, 'fanOut') }),
    };
  };

  return {
    message: ({ id, type, context, sender, createdAt, expiresAt, forSubscribers, key }) => ({
      id: keepId(id, 'id'),
      type: text(type, 'type'),
      context: text(context, 'context'),
      ...(sender !== undefined && { sender: text(sender, 'sender') }),
      createdAt,
      ...(expiresAt !== undefined && { expiresAt }),
      ...(forSubscribers && { forSubscribers }),
      ...(key && { key: { name: key.name, fingerprint: keepId(key.fingerprint, 'key.fingerprint') } }),
    }),
    dispatch: copyDispatch,
    // The id is not checked: a result for a row that cannot exist is not applied, and is no error.
    settlement(settlement) {
      const { id, status } = settlement;
      switch (status) {
        case 'sent': {
          const { providerId } = settlement;
          return { id, status, ...(providerId !== undefined && { providerId: text(providerId, 'providerId') }) };
        }
        case 'error':
          return { id, status, dueAt: settlement.dueAt, error: copyError(settlement.error) };
        case 'failed':
          return { id, status, error: copyError(settlement.error) };
        case 'skipped':
          return { id, status, reason: settlement.reason };
        case 'released':
          return { id, status, dueAt: settlement.dueAt };
        case 'expanded':
          return { id, status, dispatches: settlement.dispatches.map(copyDispatch) };
      }
    },
  };
}
