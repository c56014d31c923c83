import { run } from './run.ts';

export interface Module {
  readonly name: string;
  /** The folder of the application that has it. */
  readonly folder: string;
}

const rounds = 15;
const empty = 'data:text/javascript,';

export interface ImportTimes {
  /** The time of a whole process that imports an empty module, in milliseconds. */
  readonly floor: number;
  /** The additional time of each module, by name, in milliseconds. */
  readonly above: ReadonlyMap<string, number>;
}

/**
 * Starts 15 processes for each module, in turn, and takes the fastest of each. Turns spread a busy moment of
 * the machine over all modules, and other work can only add time.
 */
export async function measureImports(modules: readonly Module[]): Promise<ImportTimes> {
  const floors: number[] = [];
  const times = new Map(modules.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round += 1) {
    floors.push(await timeImport(empty, import.meta.dirname));
    for (const { name, folder } of modules) times.get(name)?.push(await timeImport(name, folder));
  }
  const floor = Math.min(...floors);
  return { floor, above: new Map([...times].map(([name, all]) => [name, Math.max(0, Math.min(...all) - floor)])) };
}

async function timeImport(name: string, folder: string): Promise<number> {
  const start = performance.now();
  await run(process.execPath, ['--input-type=module', '-e', `await import('${name}')`], folder);
  return performance.now() - start;
}
