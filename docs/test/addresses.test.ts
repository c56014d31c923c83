import { join } from 'node:path/posix';
import { beforeAll, describe, expect, it } from 'vitest';
import { root } from './files.ts';
import { typeCheck } from './type-check.ts';

const aliases = ['telegram', 'vk', 'fb'];
const pathOf = (name: string, alias: string): string => join(root, 'docs', `${name}-of-${alias}.ts`);

function programsOf(alias: string): readonly (readonly [path: string, program: string])[] {
  const program = (given: string, call: (text: string) => string): string => `
    import { createSitemessage, recipients } from '@sitemessage/core';
    import { memoryStorage } from '@sitemessage/core/memory';
    import { ${alias} } from '@sitemessage/messenger-${alias}';
    declare const given: ${given};
    const site = createSitemessage({ storage: memoryStorage(), messengers: [${alias}({} as never)] });
    console.log(site.recipients('${alias}', ${call('given')}), recipients('${alias}', ${call('given')}));
  `;
  return [
    [pathOf('string', alias), program('string', (given) => given)],
    [pathOf('strings', alias), program('string[]', (given) => given)],
    [pathOf('address', alias), program('string', (given) => `${alias}.address(${given})`)],
    [pathOf('addresses', alias), program('string[]', (given) => `${given}.map(${alias}.address)`)],
  ];
}

describe('a plain string as an address', () => {
  let mistakes: ReturnType<typeof typeCheck>;
  // All programs together take as long as one: most of the time goes to the types that they import.
  beforeAll(() => {
    mistakes = typeCheck(new Map(aliases.flatMap(programsOf)));
  }, 60_000);

  it.each(aliases)('is refused by the compiler, which says how to make one: %s', (alias) => {
    for (const wrong of ['string', 'strings']) {
      const found = mistakes.get(pathOf(wrong, alias)) ?? [];
      expect(found).toHaveLength(2);
      for (const one of found) expect(one).toContain(`MadeBy<"${alias}.address(text)">`);
    }
    for (const right of ['address', 'addresses']) expect(mistakes.get(pathOf(right, alias))).toEqual([]);
  });
});
