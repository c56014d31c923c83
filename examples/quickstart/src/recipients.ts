import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';

/** A user of the application. Yours come from your database. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly plan: 'free' | 'team' | 'studio';
  readonly city: string;
}

/** 500 made-up people, at domains that are reserved for examples. */
export const people: readonly Person[] = parse<Person>(readFileSync(join(import.meta.dirname, '../recipients.csv')), { columns: true });

const byId = new Map(people.map((person) => [person.id, person]));

export function findPerson(id: string | undefined): Person {
  const person = id === undefined ? undefined : byId.get(id);
  if (!person) throw new Error(`No person in recipients.csv has the id ${id}.`);
  return person;
}
