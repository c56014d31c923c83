import { read } from './files.ts';

interface Box {
  readonly name: string;
  /** A box around others stands for each of them. */
  readonly members: readonly string[];
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly isOfTypes: boolean;
}

export interface Drawing {
  readonly boxes: readonly string[];
  readonly arrows: readonly Arrow[];
  /** Arrows that begin or end elsewhere than at the edges of the boxes that they name. */
  readonly loose: readonly string[];
}

type Attributes = Readonly<Record<string, string>>;

const elements = (text: string, tag: string): Attributes[] =>
  [...text.matchAll(new RegExp(`<${tag} ([^>]*)/>`, 'g'))].map(([, attributes = '']) =>
    Object.fromEntries([...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value])),
  );

/** A picture made of `rect` with `data-name` and `line` with `data-from` and `data-to`. */
export function readDrawing(file: string): Drawing {
  const text = read(file);
  const boxes = elements(text, 'rect').map(
    ({ 'data-name': name = '', 'data-members': members, x, y, width, height }): Box => ({
      name,
      members: members?.split(' ') ?? [name],
      x: Number(x),
      y: Number(y),
      width: Number(width),
      height: Number(height),
    }),
  );
  const boxOf = (name = ''): Box => {
    const box = boxes.find((one) => one.name === name);
    if (!box) throw new Error(`${file} has no box ${name}`);
    return box;
  };
  const lines = elements(text, 'line').map((line) => ({ line, from: boxOf(line['data-from']), to: boxOf(line['data-to']) }));
  const arrows = lines.flatMap(({ line, from, to }) =>
    from.members.flatMap((start) => to.members.map((end) => ({ from: start, to: end, isOfTypes: line.class === 'types' }))),
  );
  const loose = lines
    .filter(({ line, from, to }) => !isAtEdge(from, Number(line.x1), Number(line.y1)) || !isAtEdge(to, Number(line.x2), Number(line.y2)))
    .map(({ from, to }) => `${from.name} -> ${to.name}`);
  return { boxes: [...new Set(boxes.flatMap(({ members }) => members))], arrows, loose };
}

function isAtEdge({ x, y, width, height }: Box, px: number, py: number): boolean {
  const isWithin = px >= x && px <= x + width && py >= y && py <= y + height;
  return isWithin && (px === x || px === x + width || py === y || py === y + height);
}
