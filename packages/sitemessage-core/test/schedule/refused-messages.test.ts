import type { StandardSchemaV1 } from '@standard-schema/spec';
import * as valibot from 'valibot';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineMessageType, emailHtml, emailPlain, html, type Message, plain } from '../../src/index.ts';
import { setUp } from './schedule-setup.ts';

const render = { default: () => ({ text: 'Hi' }) };

/** Makes a schema by hand. It accepts an even `id`, and doubles it. */
const even = (isAsync: boolean): StandardSchemaV1<{ id: number }, { id: number }> => {
  const check = (value: unknown): StandardSchemaV1.Result<{ id: number }> => {
    const { id } = value as { id: number };
    return id % 2 === 0 ? { value: { id: id * 2 } } : { issues: [{ message: 'must be even', path: [{ key: 'id' }] }] };
  };
  return { '~standard': { version: 1, vendor: 'by hand', validate: isAsync ? async (value) => check(value) : check } };
};

const schemas = [
  {
    name: 'zod',
    schema: z.object({ id: z.number().transform((id) => id * 2) }),
    wrong: 'seven',
    problem: /`context\.id` Invalid input: expected number/,
  },
  {
    name: 'zod, asynchronous',
    schema: z.object({
      id: z
        .number()
        .refine(async (id) => id < 100, 'is sold out')
        .transform((id) => id * 2),
    }),
    wrong: 100,
    problem: /`context\.id` is sold out$/,
  },
  {
    name: 'valibot',
    schema: valibot.object({
      id: valibot.pipe(
        valibot.number(),
        valibot.transform((id) => id * 2),
      ),
    }),
    wrong: 'seven',
    problem: /`context\.id` Invalid type: Expected number/,
  },
  {
    name: 'valibot, asynchronous',
    schema: valibot.objectAsync({
      id: valibot.pipeAsync(
        valibot.number(),
        valibot.checkAsync(async (id) => id < 100, 'is sold out'),
        valibot.transform((id) => id * 2),
      ),
    }),
    wrong: 100,
    problem: /`context\.id` is sold out$/,
  },
  { name: 'by hand', schema: even(false), wrong: 7, problem: /`context\.id` must be even$/ },
  { name: 'by hand, asynchronous', schema: even(true), wrong: 7, problem: /`context\.id` must be even$/ },
] as const;

async function refusal(message: unknown) {
  const { site, enqueued, events } = setUp();
  let read = 0;
  function* addresses() {
    read += 1;
    yield 'ann@example.com';
  }
  const error: unknown = await site.scheduleMessages(message as Message, site.recipients('smtp', addresses())).then(
    () => undefined,
    (thrown) => thrown,
  );
  expect({ read, enqueued, events }).toEqual({ read: 0, enqueued: [], events: [] });
  expect(error).toBeInstanceOf(Error);
  return error as Error;
}

describe.each(schemas)('a context with a schema: $name', ({ schema, wrong, problem }) => {
  const order = defineMessageType({ alias: 'order', title: 'Order', context: schema as StandardSchemaV1<{ id: number }>, render });

  it('is stored as the output of its schema', async () => {
    const { site, storage, runtime } = setUp();
    site.registerMessageTypes(order);
    await site.scheduleMessages(order({ id: 8 }), site.recipients('smtp', 'ann@example.com'));
    const now = runtime.now();
    const { messages } = await storage.queue.claim({ token: 't', now, leaseUntil: now, limit: 1, messenger: 'smtp', types: ['order'] });
    expect(messages).toMatchObject([{ context: '{"id":16}' }]);
  });

  it('is refused with the name of the wrong field, and nothing is stored', async () => {
    const { site, enqueued, events } = setUp();
    site.registerMessageTypes(order);
    const scheduling = site.scheduleMessages(['Hi', order({ id: wrong as number })], site.recipients('smtp', 'ann@example.com'));
    await expect(scheduling).rejects.toMatchObject({ name: 'ArgumentError' });
    await expect(scheduling).rejects.toThrow(/^The context of a "order" message is wrong: /);
    await expect(scheduling).rejects.toThrow(problem);
    expect({ enqueued, events }).toEqual({ enqueued: [], events: [] });
  });
});

describe('a wrong context', () => {
  it('is refused with every problem and its path', async () => {
    const { site } = setUp();
    const context = z.object({ items: z.array(z.object({ price: z.number() })), name: z.string() });
    const basket = defineMessageType({ alias: 'basket', title: 'Basket', context, render });
    site.registerMessageTypes(basket);
    const message = basket({ items: [{ price: 1 }, { price: '2' }] } as never);
    await expect(site.scheduleMessages(message, site.recipients('smtp', 'ann@example.com'))).rejects.toThrow(
      /`context\.items\.1\.price` [^;]+; `context\.name` /,
    );
  });

  it('is refused as a whole if the schema names no field', async () => {
    const { site } = setUp();
    const context: StandardSchemaV1<object> = {
      '~standard': { version: 1, vendor: 'x', validate: () => ({ issues: [{ message: 'is wrong' }] }) },
    };
    const never = defineMessageType({ alias: 'never', title: 'Never', context, render });
    site.registerMessageTypes(never);
    await expect(site.scheduleMessages(never({}), site.recipients('smtp', 'ann@example.com'))).rejects.toThrow('wrong: `context` is wrong');
  });
});

describe('scheduling refuses a message before it reads or stores anything:', () => {
  it.each([
    ['a date', { at: new Date(0) }, '`context.at` is a Date'],
    ['a function', { at: () => 0 }, '`context.at` is function'],
  ])('with %s in its context', async (_, context, problem) => {
    expect(await refusal({ type: 'order_shipped', context })).toMatchObject({
      name: 'ArgumentError',
      message: expect.stringContaining(problem),
    });
  });

  it('of an unknown type', async () => {
    const foreign = defineMessageType<object>({ alias: 'foreign', title: 'Foreign', render });
    expect(await refusal(foreign({}))).toMatchObject({
      kind: 'configuration',
      code: 'message_type_unknown',
      message: expect.stringMatching(/"foreign" is not registered\. Pass it to `messageTypes`/),
    });
  });

  it.each([undefined, null, 7, {}, { type: 7 }, [undefined]])('that is not a message: %j', async (message) => {
    expect(await refusal(message)).toEqual(
      expect.objectContaining({
        name: 'ArgumentError',
        message: '`messages` must be a text, a message that a message type made, or an array of those.',
      }),
    );
  });

  it.each([
    [async () => 'Hi', 'an array of those. There is a promise. Await it first.'],
    [async () => ['Hi', plain({ text: 'Hi' })], 'There is a promise. Await it first.'],
    [() => Buffer.from('Hi'), 'There is a Buffer. Pass a string, such as `buffer.toString()`.'],
    [() => [Buffer.from('Hi')], 'There is a Buffer.'],
  ])('that is a promise or bytes, and says how to correct it: %o', async (make, problem) => {
    expect((await refusal(make())).message).toContain(problem);
  });

  it('of a misspelled type, and names the right one', async () => {
    expect((await refusal({ type: 'order_shiped', context: { id: 7 } })).message).toMatch(/ Did you mean "order_shipped"\?$/);
  });

  it('that the messenger may not send', async () => {
    const { site, enqueued } = setUp();
    const fax = defineMessageType<object>({ alias: 'fax_only', title: 'Fax', messengers: ['fax'], render });
    site.registerMessageTypes(fax);
    const scheduling = site.scheduleMessages(['Hi', fax({})], [site.recipients('pager', '1'), site.recipients('smtp', 'ann@example.com')]);
    await expect(scheduling).rejects.toMatchObject({
      kind: 'configuration',
      code: 'message_type_unsupported',
      message: expect.stringContaining('Messages of type "fax_only" are not for "pager"'),
    });
    expect(enqueued).toEqual([]);
  });
});

describe('an empty message', () => {
  it.each(['', plain({ text: '' }), emailPlain({ subject: 'Hi', text: '' }), emailHtml({ subject: 'Hi', html: html`` })])(
    'is refused when it is scheduled: %j',
    async (message) => {
      const { site, stored } = setUp();
      const refused = site.scheduleMessages(message, site.recipients('smtp', 'ann@example.com'));
      await expect(refused).rejects.toMatchObject({ name: 'ArgumentError' });
      await expect(refused).rejects.toThrow('must not be empty');
      expect(await stored()).toEqual([]);
    },
  );
});

it('refuses a context that is nested 20,000 levels deep', async () => {
  const { site } = setUp();
  const note = defineMessageType<object>({ alias: 'note', title: 'Note', render });
  site.registerMessageTypes(note);
  let deep: object = {};
  for (let depth = 0; depth < 20_000; depth++) deep = { deep };
  const refused = site.scheduleMessages(note(deep), site.recipients('smtp', 'ann@example.com'));
  await expect(refused).rejects.toMatchObject({ name: 'ArgumentError' });
  await expect(refused).rejects.toThrow('`context` is nested more than 500 levels deep');
});
