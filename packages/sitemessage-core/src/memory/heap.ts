/** A binary heap with the first item on top. `push` and `pop` take O(log n). */
export interface Heap<T> {
  push(item: T): void;
  peek(): T | undefined;
  pop(): T | undefined;
}

export function createHeap<T>(goesBefore: (a: T, b: T) => boolean): Heap<T> {
  const items: T[] = [];
  const at = (index: number): T => items[index] as T;

  const swap = (a: number, b: number): void => {
    const item = at(a);
    items[a] = at(b);
    items[b] = item;
  };

  const rise = (from: number): void => {
    for (let child = from; child > 0; ) {
      const parent = (child - 1) >> 1;
      if (!goesBefore(at(child), at(parent))) return;
      swap(child, parent);
      child = parent;
    }
  };

  const sink = (): void => {
    for (let parent = 0; ; ) {
      let first = parent;
      for (const child of [2 * parent + 1, 2 * parent + 2]) {
        if (child < items.length && goesBefore(at(child), at(first))) first = child;
      }
      if (first === parent) return;
      swap(first, parent);
      parent = first;
    }
  };

  return {
    push(item) {
      items.push(item);
      rise(items.length - 1);
    },
    peek: () => items[0],
    pop() {
      const top = items[0];
      const last = items.pop();
      if (items.length > 0) {
        items[0] = last as T;
        sink();
      }
      return top;
    },
  };
}
