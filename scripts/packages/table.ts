import type { AllFigures } from './figures.ts';

const titles = ['package', 'tarball kB', 'unpacked kB', 'dependencies', 'import ms'];

/** The figures for people. */
export function toTable({ floorMs, packages }: AllFigures): string {
  const rows = packages.map(({ name, tarballKb, unpackedKb, dependencies, importMs }) =>
    [name, tarballKb, unpackedKb, dependencies.length, importMs].map(String),
  );
  const lines = [titles, ...rows].map((row) => row.map((cell, index) => (index === 0 ? cell.padEnd(34) : cell.padStart(14))).join(''));
  return [...lines, `A process that imports an empty module takes ${floorMs} ms, which is not in the figures.`].join('\n');
}
