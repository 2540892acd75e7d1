import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const program = process.env.PORTVAKT ?? join(import.meta.dirname, '../../target/debug/portvakt');

/** A server of our own on a free port, with a data folder that goes away with it. */
export class Portal {
  private constructor(
    private readonly child: ChildProcess,
    private readonly data: string,
    readonly origin: string,
    readonly setUpLink: string,
  ) {}

  static async start(): Promise<Portal> {
    const data = mkdtempSync(join(tmpdir(), 'portvakt-test-'));
    const child = spawn(program, ['serve', '--data', join(data, 'data'), '--listen', 'localhost:0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, PORTVAKT_LOG_FILTER: 'error' },
    });
    const said: string[] = [];
    for await (const line of createInterface({ input: child.stdout! })) {
      said.push(line);
      if (line.startsWith('Keep a copy')) break;
    }
    const address = (start: string) => said.find(line => line.startsWith(start))?.match(/http\S+/)?.[0] ?? '';
    return new Portal(child, data, address('Portvakt is ready'), address('Set it up'));
  }

  /** A link that a locked-out owner would ask for at the server. */
  recoverLink(email: string): string {
    const { port } = new URL(this.origin);
    const options = ['--data', join(this.data, 'data'), '--listen', `localhost:${port}`];
    const done = spawnSync(program, ['account', 'recover', email, ...options], { encoding: 'utf8' });
    const link = done.stdout.match(/http\S+/)?.[0];
    if (!link) throw new Error(`no link: ${done.stdout} ${done.stderr}`);
    return link;
  }

  async stop(): Promise<void> {
    const ended = new Promise(resolve => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await ended;
    rmSync(this.data, { recursive: true });
  }
}
