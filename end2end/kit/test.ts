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
  /**
   * The test's portal: `fresh` is its own. The tests of a worker share the others: `owned`, which `owner` has set up; `unset`, which
   * no test sets up; and the `demo`.
   */
  server: 'fresh' | 'owned' | 'unset' | 'demo';
  /** The build of that portal. */
  build: Build;
  portal: Portal;
  /** Whether pages run scripts. */
  scripts: boolean;
  /** The words of the pages in this run's language. */
  say: Words;
  /** The mail server of a fresh portal. */
  post: Post;
  /** The tab of `page`. */
  tab: Tab;
  /** Another tab of the same browser. */
  anotherTab: () => Promise<Tab>;
  /** A tab of another browser, which has no cookies of the first one. */
  anotherBrowser: () => Promise<Tab>;
  /** Signs a person in by a call, without the sign-in page: the portal's owner by default, in this browser or another one. */
  signInAs: (person?: Person, browser?: Tab) => Promise<void>;
  faults: void;
};

/** The portals that a worker's tests share. The first test that needs one starts it. */
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
      // The chosen language wins over the account's.
      const { hostname: domain } = new URL(portal.origin);
      await context.addCookies([{ name: '__Host-language', value: language, domain, path: '/', secure: true }]);
      // The sign-in page sets the cookie that proves that this browser keeps cookies.
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
        // Chromium logs each 4xx and 5xx. Refusals and missing pages are expected; a missing file is a fault.
        const path = new URL(message.location().url || 'about:blank').pathname;
        const file = /\.(js|wasm|css|svg)$/.test(path);
        if (message.text().startsWith('Failed to load resource') && !file) return;
        // Without scripts the preloaded script files stay unused.
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
