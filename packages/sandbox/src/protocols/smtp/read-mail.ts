import PostalMime from 'postal-mime';
import type { InboxMessage } from '../../inbox.ts';

/** Parses a mail. Returns it once for each recipient of its envelope. */
export async function readMail(raw: Buffer, recipients: readonly string[]): Promise<readonly InboxMessage[]> {
  const mail = await PostalMime.parse(raw);
  return recipients.map((address) => ({
    protocol: 'smtp',
    address,
    ...(mail.from?.address && { from: mail.from.address }),
    ...(mail.subject !== undefined && { subject: mail.subject }),
    text: (mail.text ?? '').replace(/(?<!\n)\n+$/, ''),
    ...(mail.html !== undefined && { html: mail.html }),
    headers: Object.fromEntries(mail.headers.map(({ key, value }) => [key, value])),
    attachments: mail.attachments.map(({ filename, mimeType, contentId, content }) => ({
      ...(filename && { filename }),
      contentType: mimeType,
      ...(contentId && { contentId: contentId.replace(/^<|>$/g, '') }),
      content: typeof content === 'string' ? Buffer.from(content) : new Uint8Array(content),
    })),
    raw: raw.toString('latin1'),
  }));
}
