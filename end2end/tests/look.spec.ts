import AxeBuilder from '@axe-core/playwright';
import { expect, owner, signIn, test } from '../kit/test';
import type { Page } from '@playwright/test';

async function accessible(page: Page): Promise<void> {
  // The checker is a script that runs in the page.
  if (test.info().project.use.javaScriptEnabled === false) return;
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
  expect(violations.map(v => `${page.url()} ${v.id}: ${v.nodes.map(n => n.target).join(', ')}`)).toEqual([]);
}

/** Nothing stands outside of the window. */
async function fits(page: Page): Promise<void> {
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect(content, page.url()).toBeLessThanOrEqual(window!);
}

for (const [name, options] of [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['phone', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }],
  ['320 pixels', { viewport: { width: 320, height: 640 } }],
] as const) {
  test.describe(name, () => {
    test.use(options);
    test('every page is accessible and fits', async ({ page, fresh, visit, ready, say }) => {
      for (const path of [fresh.setUpLink, '/sign-in', '/sign-out', '/nowhere']) {
        await page.goto(path);
        if (path !== '/nowhere') await ready();
        await accessible(page);
        await fits(page);
      }
      await page.goto(fresh.setUpLink);
      await ready();
      await page.getByRole('button', { name: say.save }).click();
      await expect(page.getByText(say.empty)).toHaveCount(5);
      await accessible(page);
      await visit('/sign-in');
      await signIn(page, say, 'wrong', 'look@nordhamn.example');
      await expect(page.getByRole('alert')).toBeVisible();
      await accessible(page);
      await signIn(page, say);
      await expect(page).toHaveURL('/');
      await ready();
      await page.locator('summary').click();
      await accessible(page);
      await fits(page);
    });
  });
}

test('dark is dark and light is light', async ({ page, visit }) => {
  const brightness = async () => {
    const ground = await page.evaluate(() => {
      const canvas = document.createElement('canvas').getContext('2d')!;
      canvas.fillStyle = getComputedStyle(document.body).backgroundColor;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)];
    });
    return Math.max(...ground);
  };
  await page.emulateMedia({ colorScheme: 'light' });
  await visit('/sign-in');
  expect(await brightness()).toBeGreaterThan(220);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await brightness()).toBeLessThan(60);
});

test('the keyboard alone is enough', async ({ page, visit, ready, say, javaScriptEnabled }) => {
  await visit('/sign-in');
  const press = async (key: string) => page.keyboard.press(key);
  const focused = (locator: ReturnType<Page['locator']>) => expect(locator).toBeFocused();
  await press('Tab');
  await focused(page.getByRole('link', { name: say.skip }));
  await press('Tab');
  await focused(page.getByLabel(say.email, { exact: true }));
  await page.keyboard.type(owner.email);
  await press('Tab');
  await focused(page.getByLabel(say.password, { exact: true }));
  await page.keyboard.type(owner.password);
  await press('Tab');
  if (javaScriptEnabled !== false) {
    await focused(page.getByRole('button', { name: say.show }));
    await press('Space');
    await expect(page.getByLabel(say.password, { exact: true })).toHaveAttribute('type', 'text');
    await focused(page.getByRole('button', { name: say.hide }));
    await press('Tab');
  }
  await focused(page.getByRole('button', { name: say.signIn, exact: true }));
  const ring = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineWidth);
  expect(ring).toBe('3px');
  await press('Enter');
  await expect(page).toHaveURL('/');
  await ready();
  for (let i = 0; i < 4; i++) await press('Tab');
  await focused(page.locator('summary'));
  await press('Enter');
  await press('Tab');
  await press('Tab');
  await focused(page.getByRole('button', { name: say.signOut }));
  await press('Enter');
  await expect(page.getByRole('heading', { name: say.signedOut })).toBeVisible();
});

test('the build is served under its hash, for ever, in brotli', async ({ request }) => {
  const html = await (await request.get('/sign-in')).text();
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
