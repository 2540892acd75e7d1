import { accessible, brightness, fits, looksRight } from '../kit/look';
import { Forgot, SignIn, SignOut } from '../kit/pages';
import { linkIn } from '../kit/post';
import { expect, owner, test } from '../kit/test';
import type { Locator } from '@playwright/test';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

for (const [name, options, isAsItShould] of [
  ['on a desktop', {}, looksRight],
  [
    'on a phone',
    phone,
    async (...of: Parameters<typeof looksRight>) => {
      await fits(...of);
      await accessible(...of);
    },
  ],
] as const) {
  test.describe(name, { tag: '@look' }, () => {
    test.use(options);

    test('every page is accessible and fits', async ({ tab, signIn, home, invitations }) => {
      for (const path of [SignIn.path, SignOut.path, Forgot.path]) {
        await tab.visit(path);
        await isAsItShould(tab);
      }
      await tab.visitMissing('/nowhere');
      await isAsItShould(tab);
      await signIn.open();
      await signIn.as({ email: 'look@nordhamn.example', password: 'wrong' });
      await expect(tab.alert()).toBeVisible();
      await isAsItShould(tab);
      await signIn.as();
      await home.reached();
      await home.account().click();
      await isAsItShould(tab);
      await invitations.open();
      await isAsItShould(tab);
    });

    test.describe('a fresh portal', () => {
      test.use({ server: 'fresh' });

      test('its pages are accessible and fit', async ({ page, tab, portal, setUp, say }) => {
        await tab.visit(SignIn.path);
        await isAsItShould(tab);
        await setUp.open(portal);
        await isAsItShould(tab);
        await setUp.send().click();
        await expect(page.getByText(say.empty)).toHaveCount(5);
        await tab.ready();
        await isAsItShould(tab);
      });

      test('the operator’s pages are accessible and fit', async ({
        page,
        tab,
        portal,
        post,
        setUp,
        tenants,
        newTenant,
        tenant,
        outbox,
        say,
      }) => {
        await setUp.whole(portal);
        post.refuses.add('karim.bensaid@nordhamn.example');
        await newTenant.open();
        await newTenant.send().click();
        await expect(page.getByText(say.empty).first()).toBeVisible();
        await tab.ready();
        await isAsItShould(tab);
        const organisation = 'Nordhamns kommuns räddningstjänstförbund';
        await newTenant.make({ organisation, name: 'Karim Bensaid', email: 'karim.bensaid@nordhamn.example' });
        await tenant.reached(organisation);
        await isAsItShould(tab);
        await tenant.end('nordhamns-kommuns');
        await expect(page.getByText(say.notTheSame)).toBeVisible();
        await tab.ready();
        await isAsItShould(tab);
        await tenants.open();
        await isAsItShould(tab);
        await tenants.open('?q=nobody');
        await isAsItShould(tab);
        await outbox.givesUp('k•••@nordhamn.example');
        await isAsItShould(tab);
      });

      test('an invitation is accessible and fits', async ({
        tab,
        anotherTab,
        portal,
        post,
        setUp,
        invitations,
        invitation,
        say,
      }) => {
        await setUp.whole(portal);
        await invitations.open();
        await invitations.invite('karim.bensaid@nordhamn.example', say.member);
        await expect(invitations.row('karim.bensaid@nordhamn.example')).toBeVisible();
        await tab.ready();
        await isAsItShould(tab);
        const mail = await post.receives('karim.bensaid@nordhamn.example', say.invitationMail(owner.organisation));
        await invitation.open(linkIn(mail));
        await isAsItShould(tab);
        const letter = await anotherTab();
        await letter.page.setContent(mail.html as string);
        await fits(letter);
        await accessible(letter);
      });
    });
  });
}

test('dark is dark and light is light', async ({ page, tab, signIn }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await signIn.open();
  expect(await brightness(tab, 'body')).toBeGreaterThan(220);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await brightness(tab, 'body')).toBeLessThan(60);
});

test('the keyboard alone is enough', async ({ page, tab, signIn, home, signOut, say, scripts }) => {
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
  for (let i = 0; i < 4; i++) await press('Tab');
  await focused(home.account());
  await press('Enter');
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

test('the build is served under its hash, for ever, in brotli', async ({ request }) => {
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
