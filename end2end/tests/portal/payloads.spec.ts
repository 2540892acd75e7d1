import { request } from '@playwright/test';
import { Activity, Audit, Home, Invitations, Sessions } from '../../kit/pages';
import { payloads } from '../../kit/payloads';
import { linkIn } from '../../kit/post';
import { expect, owner, test } from '../../kit/test';
import type { Tab } from '../../kit/tab';

test.use({ server: 'fresh' });

const password = 'en helt annan mening';

/** Expects that these pages show the payloads as text, and that none of them has become an element, a handler or an address. */
async function nothingRuns(tab: Tab, shown: readonly string[], paths: readonly string[]): Promise<void> {
  const { page } = tab;
  page.on('dialog', dialog => expect(dialog.message(), 'a dialog').toBe(''));
  for (const path of paths) {
    await tab.visit(path);
    const made = await page.evaluate(() => ({
      ran: 'ran' in window && (window as unknown as { hasRun: boolean }).hasRun,
      strange: document.querySelectorAll('iframe, object, embed, video, audio, math, base, marquee, img, image, style, [srcdoc]').length,
      handlers: [...document.querySelectorAll('*')].filter(e => [...e.attributes].some(a => a.name.startsWith('on'))).length,
      addresses: [...document.querySelectorAll('[href], [action], [formaction]')].filter(e =>
        /^\s*(javascript|data):/i.test(e.getAttribute('href') ?? e.getAttribute('action') ?? e.getAttribute('formaction')!),
      ).length,
    }));
    expect(made, path).toEqual({ ran: false, strange: 0, handlers: 0, addresses: 0 });
    const text = await page.locator('body').innerText();
    for (const payload of shown) expect(text, `${path}: ${payload}`).toContain(payload);
  }
}

/** Defines the function that a payload would call. */
async function listen({ page }: Tab): Promise<void> {
  await page.addInitScript(() => Object.assign(window, { hasRun: false, ran: () => Object.assign(window, { hasRun: true }) }));
}

test('the pages show a payload as a person’s and as an organisation’s name, as the owner typed it', async ({ portal, tab, setUp, say, scripts }) => {
  if (scripts) await listen(tab);
  const [name, organisation] = ['"><img src=x onerror=ran()>', '</title><script>ran()</script>'];
  await setUp.open(portal);
  await setUp.introduce();
  await setUp.name().fill(name);
  await setUp.organisation().fill(organisation);
  await setUp.choose(owner.password);
  await new Home(tab).reached();
  await expect(tab.page).toHaveTitle(`${say.home} – ${organisation}`);
  await nothingRuns(tab, [name, organisation], [Home.path, Invitations.path, Audit.path, Activity.path, Sessions.path]);
  await nothingRuns(tab, [name, organisation], [`${Audit.path}?event=1`]);
});

test('the pages show sixty payloads as they were typed, wherever a name stands', async ({ portal, post, tab, setUp, invitations, audit, say, scripts }) => {
  test.setTimeout(180_000);
  expect(new Set(payloads).size).toBe(60);
  if (scripts) await listen(tab);
  await setUp.byCall(portal);
  const call = (path: string, form: Record<string, string>) =>
    tab.page.request.post(`${portal.origin}/rpc/${path}`, { form, headers: { origin: portal.origin, accept: 'application/json' } });
  const email = (n: number) => `person${n}@nordhamn.example`;

  // The first payload goes through the form's field, the others through its call.
  await invitations.open();
  await tab.page.getByLabel(say.galleryName, { exact: true }).fill(payloads[0]!);
  await invitations.invite(email(0), say.member);
  await expect(invitations.sent()).toBeVisible();
  await tab.ready();
  for (const [n, name] of payloads.entries()) {
    if (n === 0) continue;
    const answer = await call('invite', { email: email(n), name, role: 'member', language: tab.language });
    expect(answer.status(), name).toBe(200);
  }
  await nothingRuns(tab, payloads, [Invitations.path]);

  // Each payload becomes the name of an invited person who registers.
  for (const [n, name] of payloads.entries()) {
    const link = linkIn(await post.receives(email(n), say.invitationMail(owner.organisation)));
    const browser = await request.newContext({ extraHTTPHeaders: { origin: portal.origin, accept: 'application/json' } });
    expect((await browser.get(link)).status()).toBe(200);
    await portal.call(browser, 'register', { name, password });
    if (n === 0) {
      const cookies = (await browser.storageState()).cookies;
      await tab.page.context().clearCookies();
      await tab.page.context().addCookies(cookies);
      await nothingRuns(tab, [name], [Home.path, Activity.path, Sessions.path]);
      await tab.page.context().clearCookies();
    }
    await browser.dispose();
  }
  const session = await tab.page.request.get(`${portal.origin}/sign-in`);
  expect(session.status()).toBe(200);
  expect((await call('sign_in', { email: owner.email, password: owner.password })).status()).toBe(200);

  await nothingRuns(tab, payloads.slice(12), [Audit.path]);
  await audit.older().click();
  await expect(audit.newest()).toBeVisible();
  await tab.ready();
  const joined = audit.row(say.invitationAccepted);
  for (const payload of payloads.slice(0, 11)) await expect(joined.filter({ hasText: payload }).first()).toBeVisible();
  // Each payload as a filter stands in the address, in the field and in the result. The server writes the same page for a browser
  // without scripts, which parses <noscript> alone in another way.
  for (const payload of scripts ? payloads : payloads.filter(payload => payload.includes('noscript'))) {
    await nothingRuns(tab, [], [`${Audit.path}?who=${encodeURIComponent(payload)}&action=${encodeURIComponent(payload)}&event=${encodeURIComponent(payload)}`]);
    await expect(audit.person()).toHaveValue(payload);
  }
});
