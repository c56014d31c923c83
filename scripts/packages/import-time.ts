import { run } from './run.ts';

export interface Module {
  readonly name: string;
  /** Of the application that has it. */
  readonly folder: string;
}

const rounds = 15;
const empty = 'data:text/javascript,';

export interface ImportTimes {
  /** From the start to the end of a process that imports an empty module, in milliseconds. */
  readonly floor: number;
  /** What is above that, by name. */
  readonly above: ReadonlyMap<string, number>;
}

/**
 * The fastest of many processes, taken in turn, so that a machine that is busy for a while is busy for all of them. What else it does can
 * only add to a time.
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
