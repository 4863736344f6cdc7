import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HttpOptions, serveHttp } from '../../client/src/sites/service/http-service.ts';
import type { Said, ServiceStart } from '../../client/src/sites/service/protocol.ts';
import { ServiceDesk } from '../../client/src/sites/service/service-desk.ts';
import { type OpenState, openState } from '../../client/src/sites/state.ts';
import { eventually } from './processes.ts';

/** A VO with one local site, `here`, whose area is empty, and services of it. */
export class ServedVo {
  readonly directory = mkdtempSync(join(tmpdir(), 'packwright-service-'));
  readonly #closers: (() => Promise<void>)[] = [];

  constructor() {
    mkdirSync(this.area);
    chmodSync(this.area, 0o2775);
    this.sites(`sites:\n  - {name: here, area: ${this.area}}\n`);
  }

  get area(): string {
    return join(this.directory, 'area');
  }

  get sitesFile(): string {
    return join(this.directory, 'sites.yaml');
  }

  get stateDirectory(): string {
    return join(this.directory, 'state');
  }

  /** Writes the sites file anew. */
  sites(text: string): void {
    const head = `vo: test\nlimits: {pollFirst: 1s}\ndefaults: {backend: local, spool: ${join(this.directory, 'spool')}, wall: 5m}\n`;
    writeFileSync(this.sitesFile, `${head}${text}`);
  }

  /** Another process's way to the store. */
  async state(): Promise<OpenState> {
    const opening = await openState(this.stateDirectory, undefined, new AbortController().signal);
    assert.ok(opening.kind === 'open');
    this.#closers.push(() => opening.state.store.close());
    return opening.state;
  }

  /** Starts a service; unless it is said otherwise, no run is due for months. */
  async serve(start: Partial<ServiceStart> = {}, http: Partial<HttpOptions> = {}): Promise<Served> {
    const { sitesFile, stateDirectory, directory } = this;
    const said: Said[] = [];
    const desk = new ServiceDesk(
      {
        sitesFile,
        stateDirectory,
        cacheDirectory: join(directory, 'cache'),
        env: { PATH: process.env.PATH },
        cron: '0 0 29 2 *',
        onceAtStart: false,
        ...start,
      },
      each => said.push(each),
    );
    assert.equal(await desk.open(), undefined);
    const work = desk.run();
    const service = await serveHttp(desk.ask, { host: '127.0.0.1', port: 0, names: [], ...http });
    let ending: Promise<void> | undefined;
    const close = () => {
      desk.close();
      ending ??= Promise.all([work, service.close()]).then(() => undefined);
      return ending;
    };
    this.#closers.push(close);
    return new Served(service.address.port, said, close);
  }

  /** Ends the services, and removes everything. */
  async dispose(): Promise<void> {
    for (const close of this.#closers) await close();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** An answer. */
export interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** As `/runs.json` tells it. */
export interface Run {
  readonly at: string;
  readonly beganAt: string;
  readonly counts: Readonly<Record<string, number>>;
}

/** A running service. */
export class Served {
  readonly port: number;
  readonly said: readonly Said[];
  readonly close: () => Promise<void>;

  constructor(port: number, said: readonly Said[], close: () => Promise<void>) {
    this.port = port;
    this.said = said;
    this.close = close;
  }

  /** Asks for a path, just as it is written. */
  get(path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Got> {
    return new Promise((resolve, reject) => {
      const asked = httpRequest(
        { host: '127.0.0.1', port: this.port, path, method, headers, agent: false },
        response => {
          const parts: Buffer[] = [];
          response.on('data', part => parts.push(part));
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text: Buffer.concat(parts).toString('utf8'),
            }),
          );
        },
      );
      asked.on('error', reject);
      asked.end();
    });
  }

  /** What a path has, as somebody reads it who knows its shape. */
  async json<T>(path: string): Promise<T> {
    const { status, text } = await this.get(path);
    assert.equal(status, 200, text);
    return JSON.parse(text);
  }

  /** Sends bytes as they are; what comes back until the service closes the connection. */
  raw(text: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const parts: Buffer[] = [];
      const socket = connect(this.port, '127.0.0.1', () => socket.write(text, 'latin1'));
      socket.on('data', part => parts.push(part));
      socket.on('error', error => (parts.length > 0 ? undefined : reject(error)));
      socket.on('close', () => resolve(Buffer.concat(parts).toString('latin1')));
    });
  }

  /** Waits until so many runs are kept, and none goes on. */
  async runs(count: number): Promise<readonly Run[]> {
    let runs: readonly Run[] = [];
    await eventually(
      `${count} runs`,
      async () => {
        ({ runs } = await this.json<{ runs: readonly Run[] }>('/runs.json'));
        const { runningSince } = await this.json<{ runningSince: string | null }>('/healthz');
        return runs.length >= count && runningSince === null;
      },
      30_000,
    );
    return runs;
  }
}
