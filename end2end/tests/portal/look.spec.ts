import { brightness, looksRight } from '../../kit/look';
import { SignIn } from '../../kit/pages';
import { expect, owner, test } from '../../kit/test';
import type { Locator } from '@playwright/test';

test('the first page, and the pages open to every visitor, are accessible and fit', { tag: '@look' }, async ({ tab, signInAs, home }) => {
  await tab.visitMissing('/nowhere');
  await looksRight(tab);
  for (const path of ['/help', '/accessibility', '/privacy']) {
    await tab.visit(path);
    await looksRight(tab);
  }
  await signInAs();
  await tab.visit('/privacy');
  await looksRight(tab);
  await home.open();
  await home.account().click();
  await looksRight(tab);
});

test('the page is dark in the dark theme and light in the light one', async ({ page, tab, signIn }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await signIn.open();
  expect(await brightness(tab, 'body')).toBeGreaterThan(220);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(() => brightness(tab, 'body')).toBeLessThan(60);
});

test('the owner signs in and out with the keyboard alone', async ({ page, tab, signIn, home, signOut, say, scripts }) => {
  await signIn.open();
  const press = (key: string) => page.keyboard.press(key);
  const focused = (locator: Locator) => expect(locator).toBeFocused();
  await press('Tab');
  await focused(page.getByRole('link', { name: say.skip }));
  await press('Tab');
  await focused(signIn.email());
  await page.keyboard.type(owner.email);
  await press('Tab');
  await focused(signIn.forgotten());
  await press('Tab');
  await focused(signIn.password());
  await page.keyboard.type(owner.password);
  await press('Tab');
  if (scripts) {
    await focused(signIn.show());
    await press('Space');
    await expect(signIn.password()).toHaveAttribute('type', 'text');
    await focused(signIn.hide());
    await press('Tab');
  }
  await focused(signIn.send());
  const ring = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineWidth);
  expect(ring).toBe('3px');
  await press('Enter');
  await home.reached();
  for (let i = 0; i < 5; i++) await press('Tab');
  await focused(home.account());
  await press('Enter');
  await press('Tab');
  await focused(home.profileLink().last());
  await press('Tab');
  await focused(home.administrationLink());
  await press('Tab');
  await focused(home.customersLink());
  await press('Tab');
  await press('Tab');
  await focused(signOut.send());
  await press('Enter');
  await expect(signOut.done()).toBeVisible();
  await tab.ready();
});

test('the server sends the build under its hash, to be cached for ever, in brotli', async ({ request }) => {
  const html = await (await request.get(SignIn.path)).text();
  const pkg = html.match(/\/pkg\/[0-9a-f]{16}\//)![0];
  const files = [
    ['portvakt.wasm', 'application/wasm'],
    ['portvakt.js', 'text/javascript'],
    ['gate.css', 'text/css'],
  ] as const;
  for (const [file, type] of files) {
    const got = await request.get(pkg + file, { headers: { 'accept-encoding': 'gzip, br;q=0.9' } });
    expect(got.status()).toBe(200);
    expect(got.headers()).toMatchObject({
      'content-type': type,
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
    });
    if (process.env.PORTVAKT) expect(got.headers()['content-encoding']).toBe('br');
    const plain = await request.get(pkg + file, { headers: { 'accept-encoding': 'identity' } });
    expect(plain.headers()['content-encoding']).toBeUndefined();
    expect(await plain.body()).toEqual(await got.body());
  }
  for (const path of ['/pkg/0123456789abcdef/portvakt.js', '/pkg/hash.txt', `${pkg}__wasm_split_manifest.json`, '/.git/HEAD']) {
    expect((await request.get(path)).status(), path).toBe(404);
  }
});