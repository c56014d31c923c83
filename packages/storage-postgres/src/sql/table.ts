/** A column of rows that are sent to the server. */
export type Column = readonly [name: string, type: string, values: readonly unknown[]];

export interface Table {
  /** The SQL for a `from`. */
  readonly sql: string;
  readonly values: unknown[];
}

/**
 * Returns the SQL and the parameters of a table with these rows. Its parameters follow `taken` others. A
 * column with one value in all rows is sent once, except for the first column. For a message to 10,000
 * recipients, that leaves ids and addresses.
 */
export function tableOf(alias: string, [key, ...others]: readonly [Column, ...Column[]], taken: number): Table {
  const isSame = ([, , values]: Column): boolean => values.every((value) => value === values[0]);
  const different = [key, ...others.filter((column) => !isSame(column))];
  const same = others.filter(isSame);
  const parameter = (index: number, type: string): string => `$${taken + index + 1}::${type}`;
  const arrays = different.map(([, type], index) => parameter(index, `${type}[]`));
  const constants = same.map(([name, type], index) => `, ${parameter(different.length + index, type)} as ${name}`).join('');
  return {
    sql: `(select *${constants} from ${unnest(...arrays)} as u (${different.map(([name]) => name).join(', ')})) ${alias}`,
    values: [...different.map(([, , values]) => values), ...same.map(([, , values]) => values[0] ?? null)],
  };
}

/** Returns the SQL for a `from` whose columns are these arrays. */
export const unnest = (...arrays: readonly string[]): string =>
  `rows from (${arrays.map((array) => `pg_catalog.unnest(${array})`).join(', ')})`;
