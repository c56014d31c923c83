import { join } from 'node:path/posix';
import { describe, expect, it } from 'vitest';
import { root } from './files.ts';
import { typeCheck } from './type-check.ts';

describe('a plain string as an address', () => {
  it.each(['telegram', 'vk', 'fb'])('is refused by the compiler, which says how to make one: %s', (alias) => {
    const program = (given: string, call: (text: string) => string): string => `
      import { createSitemessage, recipients } from '@sitemessage/core';
      import { memoryStorage } from '@sitemessage/core/memory';
      import { ${alias} } from '@sitemessage/messenger-${alias}';
      declare const given: ${given};
      const site = createSitemessage({ storage: memoryStorage(), messengers: [${alias}({} as never)] });
      console.log(site.recipients('${alias}', ${call('given')}), recipients('${alias}', ${call('given')}));
    `;
    const path = (name: string): string => join(root, 'docs', `${name}-of-${alias}.ts`);
    const mistakes = typeCheck(
      new Map([
        [path('string'), program('string', (given) => given)],
        [path('strings'), program('string[]', (given) => given)],
        [path('address'), program('string', (given) => `${alias}.address(${given})`)],
        [path('addresses'), program('string[]', (given) => `${given}.map(${alias}.address)`)],
      ]),
    );
    for (const wrong of ['string', 'strings']) {
      const found = mistakes.get(path(wrong)) ?? [];
      expect(found).toHaveLength(2);
      for (const one of found) expect(one).toContain(`MadeBy<"${alias}.address(text)">`);
    }
    for (const right of ['address', 'addresses']) expect(mistakes.get(path(right))).toEqual([]);
  });
});
