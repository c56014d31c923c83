import type { Element } from '@xmpp/client';

/** A stanza error (RFC 6120, 8.3), and what it is the answer to. */
export interface Refusal {
  /** `auth`, `cancel`, `modify` or `wait`; `continue` refuses nothing. */
  readonly type: string;
  readonly condition: string;
  readonly text: string | undefined;
  /** Of `gone` and `redirect`: where the recipient is now. */
  readonly movedTo: string | undefined;
  /** Whether our own server says so, not that of the recipient. */
  readonly isOwnServer: boolean;
  readonly isToRoom: boolean;
  readonly isJoin: boolean;
}

const namespace = 'urn:ietf:params:xml:ns:xmpp-stanzas';

/** Undefined when the stanza is no error, or says that it was sent all the same. */
export function readRefusal(
  stanza: Element,
  domain: string,
  { isToRoom = false, isJoin = false }: Partial<Pick<Refusal, 'isToRoom' | 'isJoin'>> = {},
): Refusal | undefined {
  const error = stanza.attrs.type === 'error' ? stanza.getChild('error') : undefined;
  if (!error || error.attrs.type === 'continue') return undefined;
  const children = error.getChildElements().filter((child) => child.getNS() === namespace);
  const condition = children.find(({ name }) => name !== 'text');
  // A server answers for those who are not there in their name, and says in `by` who it is.
  const { by = stanza.attrs.from } = error.attrs;
  return {
    type: error.attrs.type ?? 'no type',
    condition: condition?.name ?? 'undefined-condition',
    text: children.find(({ name }) => name === 'text')?.text() || undefined,
    movedTo: condition?.text() || undefined,
    isOwnServer: by === undefined || by === domain,
    isToRoom,
    isJoin,
  };
}
