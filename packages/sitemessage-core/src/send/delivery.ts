import { TransientError, UnknownOutcomeError } from '../errors.ts';
import { linksFor } from '../message/links.ts';
import { type RenderSubject, renderContent, type TimeBox } from '../message/render.ts';
import type { AnyMessenger, Delivery, Receipt, Session } from '../messenger/messenger.ts';
import { readReceipt } from '../messenger/receipt.ts';
import { withTimeout } from '../timeout.ts';
import type { Claimed } from './claimed.ts';
import type { SendSite } from './context.ts';

/**
 * Renders a claimed dispatch.
 *
 * @throws TransientError `render_timeout` when `render` takes longer than the messenger's `timeoutMs`, and
 * what `renderContent` throws.
 */
export async function renderDelivery(claimed: Claimed, messenger: AnyMessenger, site: SendSite, kill: AbortSignal): Promise<Delivery> {
  const { claim, message, type, context, dispatch } = claimed;
  const { id, address, recipientId, attempt } = claim;
  const about = { id: message.id, type: message.type };
  const subject: RenderSubject = {
    links: linksFor(site.links, dispatch),
    recipient: { messenger: messenger.alias, address, ...(recipientId !== undefined && { id: recipientId }) },
    message: {
      ...about,
      ...(message.sender !== undefined && { sender: message.sender }),
      isForSubscribers: message.forSubscribers ?? false,
    },
    dispatchId: id,
  };
  const timeBox: TimeBox = async (work) => {
    const rendering = await withTimeout(messenger.timeoutMs, kill, site.runtime, () => work);
    if (rendering.done) return rendering.value;
    throw new TransientError(`\`render\` of message type "${type.alias}" did not end within ${messenger.timeoutMs} ms.`, {
      code: 'render_timeout',
    });
  };
  const content = await renderContent(type, messenger, context(), subject, timeBox);
  return { id, address, attempt, message: about, content, ...(recipientId !== undefined && { recipientId }) };
}

/**
 * Sends through an open session.
 *
 * @throws UnknownOutcomeError `send_timeout` when the messenger does not answer within its `timeoutMs`, and
 * what the session throws.
 */
export async function sendDelivery(
  session: Session,
  delivery: Delivery,
  messenger: AnyMessenger,
  { runtime }: SendSite,
  kill: AbortSignal,
): Promise<Receipt> {
  const sending = await withTimeout(messenger.timeoutMs, kill, runtime, (signal) => session.send(delivery, { signal }));
  if (sending.done) return readReceipt(sending.value);
  throw new UnknownOutcomeError(`"${messenger.alias}" did not say within ${messenger.timeoutMs} ms whether it sent the message.`, {
    code: 'send_timeout',
    sessionLost: true,
  });
}
