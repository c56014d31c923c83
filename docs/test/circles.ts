export interface Edge {
  readonly from: string;
  readonly to: string;
}

/** Returns the nodes that can reach themselves, in groups that reach each other. Empty when the graph has no circle. */
export function circlesOf(edges: readonly Edge[]): readonly (readonly string[])[] {
  const next = Map.groupBy(edges, ({ from }) => from);
  const reachable = new Map([...next.keys()].map((node) => [node, reachFrom(node, next)]));
  const circles = new Map<string, readonly string[]>();
  for (const [node, reached] of reachable) {
    if (!reached.has(node)) continue;
    const group = [...reached].filter((other) => reachable.get(other)?.has(node)).sort();
    circles.set(group.join(), group);
  }
  return [...circles.values()];
}

function reachFrom(start: string, next: ReadonlyMap<string, readonly Edge[]>): ReadonlySet<string> {
  const reached = new Set<string>();
  const waiting = [start];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    for (const { to } of next.get(node) ?? []) {
      if (reached.has(to)) continue;
      reached.add(to);
      waiting.push(to);
    }
  }
  return reached;
}
