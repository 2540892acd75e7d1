import { test as base, expect, type Page } from '@playwright/test';
import { Portal } from './portal';
import { words, type Language, type Words } from './words';

export type Options = { language: Language };

type Fixtures = {
  /** What the pages say in this run's language. */
  say: Words;
  /** Another server than the worker's, not set up. */
  fresh: Portal;
  /** Goes to a page and waits until it is taken over, where there is JavaScript. */
  visit: (path: string) => Promise<void>;
  /** Waits until the page is taken over, where there is JavaScript. */
  ready: () => Promise<void>;
  faults: void;
};

/** Who set the worker's portal up. */
export const owner = {
  name: 'Anna Lindqvist',
  organisation: 'Mårdby Systems AB',
  email: 'anna.lindqvist@nordhamn.example',
  password: 'granit fyr vinterljus 7',
};

export const test = base.extend<Fixtures, Options & { portal: Portal }>({
  language: ['sv', { option: true, scope: 'worker' }],

  portal: [
    async ({ language }, use) => {
      const portal = await Portal.start();
      await setUpByRequests(portal, language);
      await use(portal);
      await portal.stop();
    },
    { scope: 'worker' },
  ],

  baseURL: async ({ portal }, use) => use(portal.origin),
  say: async ({ language }, use) => use(words[language]),

  fresh: async ({}, use) => {
    const portal = await Portal.start();
    await use(portal);
    await portal.stop();
  },

  ready: async ({ page, javaScriptEnabled }, use) =>
    use(async () => {
      if (javaScriptEnabled !== false) await expect(page.locator('html')).toHaveAttribute('data-hydrated', '');
    }),

  visit: async ({ page, ready }, use) =>
    use(async path => {
      await page.goto(path);
      await ready();
    }),

  /** Every test fails on a console error, an error in a script or a violation of the page's policy, in any tab. */
  faults: [
    async ({ context, javaScriptEnabled }, use) => {
      const faults: string[] = [];
      context.on('console', message => {
        // Chromium logs every 4xx and 5xx; a refusal is one, and so is a page that is not there. A missing file is not.
        const path = new URL(message.location().url || 'about:blank').pathname;
        const file = /\.(js|wasm|css|svg)$/.test(path);
        if (message.text().startsWith('Failed to load resource') && !file) return;
        // Without a script nothing uses what was fetched for one.
        if (javaScriptEnabled === false && message.text().includes('was preloaded using link preload')) return;
        if (['error', 'warning'].includes(message.type())) faults.push(`${message.type()}: ${message.text()}`);
      });
      context.on('weberror', error => faults.push(`pageerror: ${error.error().message}`));
      if (javaScriptEnabled !== false) {
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

async function setUpByRequests(portal: Portal, language: Language): Promise<void> {
  const followed = await fetch(portal.setUpLink, { redirect: 'manual' });
  const link = followed.headers.getSetCookie()[0]!.split(';')[0]!;
  const answer = await fetch(`${portal.origin}/rpc/set_up`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: link, origin: portal.origin, accept: 'application/json', 'accept-language': language },
    body: new URLSearchParams({ ...owner, email_again: owner.email }),
  });
  if (answer.status >= 400) throw new Error(`set-up: ${answer.status} ${await answer.text()}`);
}

/** Fills in and sends the sign-in form of the page. */
export async function signIn(page: Page, say: Words, password = owner.password, email = owner.email): Promise<void> {
  await page.getByLabel(say.email, { exact: true }).fill(email);
  await page.getByLabel(say.password, { exact: true }).fill(password);
  await page.getByRole('button', { name: say.signIn, exact: true }).click();
}

/** Signs out by the account's menu. */
export async function signOut(page: Page, say: Words): Promise<void> {
  await page.getByText(owner.name).click();
  await page.getByRole('button', { name: say.signOut }).click();
  await expect(page.getByRole('heading', { name: say.signedOut })).toBeVisible();
}

export const alert = (page: Page) => page.getByRole('alert');
export { expect };
