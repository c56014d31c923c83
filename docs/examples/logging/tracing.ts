import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { errorKind, extendMessenger } from '@sitemessage/core';
import { smtp } from '@sitemessage/messenger-smtp';

const tracer = trace.getTracer('shop');

/** The messenger of SMTP, with a span around each send. */
export const tracedSmtp = extendMessenger(smtp, {
  alias: 'smtp',
  title: 'E-mail',
  send: (delivery, context, session) =>
    tracer.startActiveSpan(
      'send mail',
      { kind: SpanKind.PRODUCER },
      async (span) => {
        span.setAttributes({
          'messaging.system': 'smtp',
          'messaging.message.id': delivery.id,
          'sitemessage.message.id': delivery.message.id,
          'sitemessage.message.type': delivery.message.type,
          'sitemessage.attempt': delivery.attempt,
        });
        try {
          return await session.send(delivery, context);
        } catch (error) {
          span.setAttribute('error.type', errorKind(error));
          span.setStatus({ code: SpanStatusCode.ERROR });
          throw error;
        } finally {
          span.end();
        }
      },
    ),
});
