import { messengerContract, storageContract, type TestRunner } from '@sitemessage/core/testing';
import { describe, expect, it } from 'vitest';
import { read } from './files.ts';

/** Returns the test names of a contract by chapter, without running a test. */
function recorded(run: (runner: TestRunner) => void): ReadonlyMap<string, readonly string[]> {
  const chapters = new Map<string, string[]>();
  let current: string[] = [];
  run({
    describe(name, body) {
      current = [];
      chapters.set(name, current);
      body();
    },
    it: (name) => void current.push(name),
  });
  return new Map([...chapters].filter(([, names]) => names.length > 0));
}

const never = async (): Promise<never> => {
  throw new Error('no test is run');
};

/** Returns the texts of a page by chapter, below a heading. */
function chaptersOf(file: string, heading: string): ReadonlyMap<string, string> {
  const [, section = ''] = read(file).split(`\n## ${heading}\n`);
  const parts = section.split(/\n## /)[0]?.split(/^### /m).slice(1) ?? [];
  return new Map(parts.map((part) => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1).trim()]));
}

describe('writing a messenger', () => {
  const contract = recorded((runner) => messengerContract(runner, { start: never }));
  const chapters = chaptersOf('docs/writing-a-messenger.md', 'The contract, test by test');

  it('has the chapters of the contract', () => expect([...chapters.keys()]).toEqual([...contract.keys()]));

  it.each([...contract])('explains every test of "%s", and no other', (name, names) => {
    const paragraphs = (chapters.get(name) ?? '').split('\n\n');
    const isList = (paragraph: string): boolean => paragraph.startsWith('- ');
    const explained = paragraphs.filter(isList).flatMap((list) => list.split('\n').map((line) => line.replace(/^- /, '')));
    expect(explained.toSorted()).toEqual(names.toSorted());
    for (const [index, paragraph] of paragraphs.entries()) {
      if (isList(paragraph)) expect(paragraphs[index + 1], `nothing explains ${paragraph}`).toMatch(/^[^-].{20}/);
    }
  });
});

describe('writing a storage', () => {
  const contract = recorded((runner) => storageContract(runner, { create: never }));
  const chapters = chaptersOf('docs/writing-a-storage.md', 'The contract, chapter by chapter');

  it('has the chapters of the contract', () => expect([...chapters.keys()]).toEqual([...contract.keys()]));

  it.each([...chapters])('explains "%s"', (_, text) => expect(text.length).toBeGreaterThan(100));
});
