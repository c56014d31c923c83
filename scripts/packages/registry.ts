import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import type { Packed } from './pack.ts';

/** A running registry. */
export interface Registry {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts a registry with these packages. The first of several versions of a package is its latest. */
export async function startRegistry(packages: readonly Packed[]): Promise<Registry> {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(request.url ?? '').slice(1);
    // A later run may get the same port and have other packages.
    response.setHeader('cache-control', 'no-store');
    const tarball = packages.find((one) => basename(one.tarball) === path);
    if (tarball) return response.end(await readFile(tarball.tarball));
    const versions = packages.filter(({ manifest }) => manifest.name === path);
    response.statusCode = versions.length > 0 ? 200 : 404;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(toDocument(path, versions, `http://${request.headers.host}`)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function toDocument(name: string, versions: readonly Packed[], url: string) {
  const entries = versions.map(({ manifest, tarball, integrity }) => {
    return [manifest.version, { ...manifest, dist: { tarball: `${url}/${basename(tarball)}`, integrity } }];
  });
  return { name, 'dist-tags': { latest: versions[0]?.manifest.version }, versions: Object.fromEntries(entries) };
}
