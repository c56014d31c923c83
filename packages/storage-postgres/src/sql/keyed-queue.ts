/** Runs work one after another that has a key in common, and everything else side by side. */
export function createKeyedQueue(): <T>(keys: readonly string[], work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return (keys, work) => {
    const before = new Set(keys.map((key) => last.get(key)));
    const done = Promise.all(before).then(work);
    const over = done.catch(() => undefined);
    for (const key of keys) last.set(key, over);
    void over.then(() => {
      for (const key of keys) if (last.get(key) === over) last.delete(key);
    });
    return done;
  };
}
