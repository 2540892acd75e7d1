import { test as base, expect, type BrowserContext, type BrowserContextOptions } from '@playwright/test';
import { pages, SignIn } from './pages';
import { imported, owner, type Person } from './people';
import { Portal, type Build } from './portal';
import { Post } from './post';
import { Tab, type Look } from './tab';
import type { Language, Words } from './words';

export type Options = { language: Language; look: Look };

/** Each page of the portal in the test's tab. */
type Pages = { [name in keyof typeof pages]: InstanceType<(typeof pages)[name]> };
type Made<P> = ({ tab }: { tab: Tab }, use: (page: P) => Promise<void>) => Promise<void>;

type Fixtures = Pages & {
  /** The portal of a test: its own, or one that a worker's tests share: set up by `owner`, not set up at all, or a demo. */
  server: 'fresh' | 'owned' | 'unset' | 'demo';
  /** What it was built as. */
  build: Build;
  portal: Portal;
  /** Whether pages can run scripts. */
  scripts: boolean;
  /** What the pages say in this run's language. */
  say: Words;
  /** The mail server of a fresh portal. */
  post: Post;
  /** The tab of `page`. */
  tab: Tab;
  /** Another tab of the same browser. */
  anotherTab: () => Promise<Tab>;
  /** A tab of another browser: nothing of the first one is in it. */
  anotherBrowser: () => Promise<Tab>;
  /** Signs a person in without the sign-in page: the portal's owner if none is named, in the test's browser or in another one. */
  signInAs: (person?: Person, browser?: Tab) => Promise<void>;
  faults: void;
};

/** The portals that a worker keeps, each from the first test that asks for it. */
class Portals {
  private readonly kept = new Map<string, Promise<Portal>>();

  keep(name: string, start: () => Promise<Portal>): Promise<Portal> {
    if (!this.kept.has(name)) this.kept.set(name, start());
    return this.kept.get(name)!;
  }

  async stop(): Promise<void> {
    for (const portal of this.kept.values()) await (await portal).stop();
  }
}

const inTheTab = Object.fromEntries(
  Object.entries(pages).map(([name, Page]): [string, Made<unknown>] => [name, async ({ tab }, use) => use(new Page(tab))]),
) as { [name in keyof Pages]: Made<Pages[name]> };

export const test = base.extend<Fixtures, Options & { portals: Portals }>({
  language: ['sv', { option: true, scope: 'worker' }],
  look: ['whole', { option: true, scope: 'worker' }],

  portals: [
    async ({}, use) => {
      const portals = new Portals();
      await use(portals);
      await portals.stop();
    },
    { scope: 'worker' },
  ],

  server: ['owned', { option: true }],
  build: ['release', { option: true }],

  post: async ({}, use) => {
    const post = await Post.start();
    await use(post);
    await post.stop();
  },

  portal: async ({ server, build, portals, language, post }, use) => {
    if (server !== 'fresh') {
      const start = { owned: () => Portal.owned(language, build), unset: () => Portal.start(build), demo: () => Portal.demo() };
      return use(await portals.keep(`${server} ${build}`, start[server]));
    }
    const portal = await Portal.start(build, post);
    await use(portal);
    await portal.stop();
  },

  baseURL: async ({ portal }, use) => use(portal.origin),
  scripts: async ({ javaScriptEnabled }, use) => use(javaScriptEnabled !== false),
  tab: async ({ page, language, scripts, look }, use) => use(new Tab(page, language, scripts, look)),
  say: async ({ tab }, use) => use(tab.say),

  anotherTab: async ({ context, language, scripts, look }, use) =>
    use(async () => new Tab(await context.newPage(), language, scripts, look)),

  anotherBrowser: async ({ browser, contextOptions, locale, javaScriptEnabled, language, scripts, look, baseURL }, use) => {
    const options: BrowserContextOptions = { ...contextOptions, locale, javaScriptEnabled, baseURL };
    const contexts: BrowserContext[] = [];
    await use(async () => {
      const context = await browser.newContext(options);
      contexts.push(context);
      return new Tab(await context.newPage(), language, scripts, look);
    });
    for (const context of contexts) await context.close();
  },

  signInAs: async ({ tab, portal, language }, use) =>
    use(async ({ email, password } = owner, browser = tab) => {
      const context = browser.page.context();
      // Whatever language the account has: that of this run.
      const { hostname: domain } = new URL(portal.origin);
      await context.addCookies([{ name: '__Host-language', value: language, domain, path: '/', secure: true }]);
      // From there it has the cookie that says that it keeps cookies.
      await context.request.get(portal.origin + SignIn.path);
      const answer = await portal.call(context.request, 'sign_in', { email, password });
      expect(answer.headers()['set-cookie'], 'the sign-in waits for more').toContain('__Host-portvakt=');
    }),

  ...inTheTab,

  /** Every test fails on a console error, an error in a script or a violation of the page's policy, in any tab. */
  faults: [
    async ({ context, scripts }, use) => {
      const faults: string[] = [];
      context.on('console', message => {
        // Chromium logs every 4xx and 5xx; a refusal is one, and so is a page that is not there. A missing file is not.
        const path = new URL(message.location().url || 'about:blank').pathname;
        const file = /\.(js|wasm|css|svg)$/.test(path);
        if (message.text().startsWith('Failed to load resource') && !file) return;
        // Without a script nothing uses what was fetched for one.
        if (!scripts && message.text().includes('was preloaded using link preload')) return;
        if (['error', 'warning'].includes(message.type())) faults.push(`${message.type()}: ${message.text()}`);
      });
      context.on('weberror', error => faults.push(`pageerror: ${error.error().message}`));
      if (scripts) {
        await context.addInitScript(() =>
          document.addEventListener('securitypolicyviolation', e =>
            console.error(`policy: ${e.violatedDirective} ${e.blockedURI}`),
          ),
        );
      }
      await use();
      expect(faults).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect, imported, owner };
