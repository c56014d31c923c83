/** A column of rows on their way into a statement. */
export type Column = readonly [name: string, type: string, values: readonly unknown[]];

export interface Table {
  /** What stands in `from`. */
  readonly sql: string;
  readonly values: unknown[];
}

/**
 * Rows as a table of the statement, with the parameters from after `taken` others on. The first column is sent as it is; of the others,
 * one that is the same in all rows is sent once: of a message for 10,000 recipients, that leaves ids and addresses.
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

/** Arrays as the columns of a table, in a `from`. */
export const unnest = (...arrays: readonly string[]): string =>
  `rows from (${arrays.map((array) => `pg_catalog.unnest(${array})`).join(', ')})`;
