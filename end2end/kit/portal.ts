import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, type APIRequestContext, type APIResponse } from '@playwright/test';
import { owner, type Person, type Role } from './people';
import type { Post } from './post';
import type { Language } from './words';

/** The programs under test: the build for tests, and the release where one is named; else the build for tests is both. */
const qa = process.env.QA_PORTVAKT ?? join(import.meta.dirname, '../../target/debug/portvakt');
const programs = { release: process.env.PORTVAKT ?? qa, qa };
export type Build = keyof typeof programs;

/** The header of a call about the link or the waiting sign-in that a browser got last. */
export function ofLast(cookies: { name: string }[]): Record<string, string> {
  const held = cookies.map(({ name }) => name.match(/^__Host-(?:link|sign-in)-([\w-]{8})$/)?.[1]).filter(of => of !== undefined);
  return held.length > 0 ? { 'portvakt-of': held.at(-1)! } : {};
}

/** A server on a free port, with a data folder that is deleted when it stops. */
export class Portal {
  private readonly child: ChildProcess;
  private readonly data = mkdtempSync(join(tmpdir(), 'portvakt-test-'));
  private readonly said: string[] = [];
  private readonly heard: (() => void)[] = [];
  /** The server's origin. */
  origin = '';
  /** The link that the server printed for the set-up. */
  setUpLink = '';

  private constructor(
    private readonly program: string,
    options: string[] = [],
    post?: Post,
  ) {
    this.child = spawn(program, ['serve', '--listen', 'localhost:0', ...options, ...this.folder()], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, PORTVAKT_LOG_FILTER: 'error', CLOCK_AHEAD: this.ahead(), ...(post && { PORTVAKT_MAIL_SMTP: post.url }) },
    });
    const lines = createInterface({ input: this.child.stdout! });
    lines.on('line', line => {
      this.said.push(line);
      this.heard.splice(0).forEach(wake => wake());
    });
  }

  /** A portal that is not set up yet. */
  static async start(build: Build = 'release', post?: Post): Promise<Portal> {
    const portal = new Portal(programs[build], [], post);
    portal.origin = (await portal.firstLine(/^Portvakt is ready at (\S+)/))[1]!;
    portal.setUpLink = (await portal.firstLine(/^Set it up.* (http\S+)/))[1]!;
    return portal;
  }

  /** A portal that [`owner`] has set up. */
  static async owned(language: Language, build: Build = 'release'): Promise<Portal> {
    const portal = await Portal.start(build);
    const followed = await fetch(portal.setUpLink, { redirect: 'manual' });
    const link = followed.headers.getSetCookie()[0]!.split(';')[0]!;
    const answer = await fetch(`${portal.origin}/rpc/set_up`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie: link, ...ofLast([{ name: link.split('=')[0]! }]), origin: portal.origin, accept: 'application/json', 'accept-language': language },
      body: new URLSearchParams({ ...owner, email_again: owner.email }),
    });
    if (answer.status >= 400) throw new Error(`set-up: ${answer.status} ${await answer.text()}`);
    return portal;
  }

  /** A demonstration: an operator, its customers and their people. */
  static async demo(): Promise<Portal> {
    const portal = new Portal(programs.release, ['--demo']);
    portal.origin = (await portal.firstLine(/^Portvakt is ready at (\S+)/))[1]!;
    return portal;
  }

  /** Calls a server function with the cookies of a browser, as a page's script does, and expects this status. */
  async call(browser: APIRequestContext, name: string, form: Record<string, string> = {}, status = 200): Promise<APIResponse> {
    const { cookies } = await browser.storageState();
    const headers = { ...ofLast(cookies), origin: this.origin, accept: 'application/json' };
    const answer = await browser.post(`${this.origin}/rpc/${name}`, { form, headers });
    expect(answer.status(), `${name}: ${await answer.text()}`).toBe(status);
    return answer;
  }

  /** A person of the demonstration, by organisation and role. */
  async person(organisation: string, role: Role): Promise<Person> {
    const password = (await this.firstLine(/[Pp]assword: (.+)$/))[1]!;
    const line = new RegExp(`^(?<email>\\S+)  +(?<name>.+?)  +${organisation}  +${role}$`);
    const { email, name } = (await this.firstLine(line)).groups as { email: string; name: string };
    return { name, organisation, email, password };
  }

  /** The reset link that `portvakt account recover` prints for a locked-out owner. */
  recoverLink(email: string): string {
    const { port } = new URL(this.origin);
    const options = ['--listen', `localhost:${port}`, ...this.folder()];
    const done = spawnSync(this.program, ['account', 'recover', email, ...options], { encoding: 'utf8' });
    const link = done.stdout.match(/http\S+/)?.[0];
    if (!link) throw new Error(`no link: ${done.stdout} ${done.stderr}`);
    return link;
  }

  /** Imports accounts with their password hashes from another program. */
  import(people: { email: string; name: string; role: string; language: Language; hash: string }[]): void {
    const file = join(this.data, 'people.csv');
    const lines = people.map(({ email, name, role, language, hash }) => [email, name, role, language, hash].join(';'));
    writeFileSync(file, ['email;name;role;language;password_hash', ...lines].join('\n'));
    const done = spawnSync(this.program, ['account', 'import', file, ...this.folder()], { encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`not imported: ${done.stderr}`);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null) {
      const ended = once(this.child, 'exit');
      this.child.kill('SIGTERM');
      await ended;
    }
    rmSync(this.data, { recursive: true });
  }

  /** Sets the clock of a build for tests ahead. */
  setClockAhead(seconds: number): void {
    writeFileSync(this.ahead(), String(seconds));
  }

  private ahead(): string {
    return join(this.data, 'ahead');
  }

  private folder(): string[] {
    return ['--data', join(this.data, 'data')];
  }

  /** Waits for a line of the server's output that matches the pattern. */
  private async firstLine(pattern: RegExp): Promise<RegExpMatchArray> {
    for (;;) {
      for (const line of this.said) {
        const found = line.match(pattern);
        if (found) return found;
      }
      if (this.child.exitCode !== null) throw new Error(`the server ended without printing ${pattern}`);
      await new Promise<void>(wake => {
        this.heard.push(wake);
        this.child.once('exit', wake);
      });
    }
  }
}
