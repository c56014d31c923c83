/** Loaded into the processes that tests start: no name of another machine is looked up, so no example reaches one. */
import dns from 'node:dns';

const lookup = dns.lookup as (name: string, options: object, done: (error: Error | null, ...found: unknown[]) => void) => void;

Object.assign(dns, {
  lookup(name: string, options: object, done: (error: Error | null, ...found: unknown[]) => void) {
    if (name === 'localhost' || /^[\d.:]+$/.test(name)) return lookup(name, options, done);
    process.nextTick(done, Object.assign(new Error(`${name} is not looked up in tests`), { code: 'ENOTFOUND' }));
  },
});
