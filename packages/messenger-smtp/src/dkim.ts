import { buffer } from 'node:stream/consumers';
import DKIM from 'nodemailer/lib/dkim';
import type { SmtpDkim } from './types.ts';

/** Those of RFC 6376, 5.4.1 that a mail of ours can have, and those of RFC 8058, 4, which a reader only believes when they are signed. */
const signedHeaders =
  'From:Reply-To:Subject:Date:To:Cc:Message-ID:MIME-Version:Content-Type:Content-Transfer-Encoding:In-Reply-To:References:List-Id:List-Unsubscribe:List-Unsubscribe-Post';

/** The mail with a signature before it. */
export type Sign = (mail: Buffer) => Promise<Buffer>;

export function createSign(dkim: SmtpDkim): Sign {
  const signer = new DKIM({ ...dkim, headerFieldNames: signedHeaders });
  return (mail) => buffer(signer.sign(mail));
}
