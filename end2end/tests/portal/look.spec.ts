import { brightness, looksRight, mailLooksRight } from '../../kit/look';
import { AddressLink, Forgot, Profile, SignIn, SignOut } from '../../kit/pages';
import { linkIn } from '../../kit/post';
import { expect, imported, owner, test } from '../../kit/test';
import type { Locator } from '@playwright/test';

test.describe('how it looks', { tag: '@look' }, () => {
  test('every page is accessible and fits', async ({ tab, signIn, home, invitations }) => {
    for (const path of [SignIn.path, SignOut.path, Forgot.path]) {
      await tab.visit(path);
      await looksRight(tab);
    }
    await tab.visitMissing('/nowhere');
    await looksRight(tab);
    await signIn.open();
    await signIn.as({ email: 'look@nordhamn.example', password: 'wrong' });
    await expect(tab.alert()).toBeVisible();
    await looksRight(tab);
    await signIn.as();
    await home.reached();
    await home.account().click();
    await looksRight(tab);
    await invitations.open();
    await looksRight(tab);
  });

  test.describe('a demonstration', () => {
    test.use({ server: 'demo' });

    test('the pages of people are accessible and fit', async ({ tab, portal, page, signInAs, users, say }) => {
      test.setTimeout(120_000);
      await tab.visit(`${SignIn.path}?lang=${tab.language}`);
      await signInAs(await portal.person('Nordhamn kommun', 'administrator'));
      await users.open();
      await looksRight(tab);
      // What a few rows show when they are ticked fifty do.
      await users.open('?q=lind');
      await users.tick(1, 2);
      await users.do(say.suspendThem).click();
      await expect(users.bulk().getByText(say.empty)).toBeVisible();
      await tab.ready();
      await looksRight(tab);
      await users.open('?q=nobody');
      await expect(users.nobody()).toBeVisible();
      await looksRight(tab);
      for (const query of ['?status=suspended', '?status=locked', '?q=karim+bensaid']) {
        await users.open(query);
        // Somebody in the list who is as nobody in its first rows is.
        if (query === '?status=suspended') await looksRight(tab);
        await users.rows().first().getByRole('link').click();
        await expect(page).toHaveURL(/\/admin\/users\/[0-9a-f-]{36}$/);
        await tab.ready();
        await looksRight(tab);
      }
    });
  });

  test.describe('the audit log, the own activity and the sessions', () => {
    test.use({ server: 'demo' });

    test('are accessible and fit', async ({ tab, portal, signInAs, audit, activity, sessions, anotherBrowser }) => {
      test.setTimeout(120_000);
      const auditor = await portal.person('Nordhamn kommun', 'auditor');
      await signInAs(auditor);
      // A whole page of events would take axe minutes, and tell nothing that a few do not.
      for (const query of ['?who=birgitta+fors&outcome=refused', '?action=tenant.created', '?who=nobody', '?who=a']) {
        await audit.open(query);
        await looksRight(tab);
      }
      await audit.open('?subject=organisation');
      await audit.openRow(audit.rows().first());
      await expect(audit.drawer()).toBeVisible();
      await tab.ready();
      await looksRight(tab);
      await audit.verifyNow().click();
      await expect(audit.verified()).toBeVisible();
      await tab.ready();
      await looksRight(tab);
      await activity.open();
      await looksRight(tab);
      const other = new SignIn(await anotherBrowser());
      await other.open();
      await other.as(auditor);
      await expect(other.tab.page).toHaveURL('/');
      await sessions.open();
      await looksRight(tab);
    });
  });

  test('what an organisation says of itself is accessible and fits, and so does what everybody may read', async ({
    page,
    tab,
    signInAs,
    organisation,
    invitationList,
    say,
  }) => {
    for (const path of ['/help', '/accessibility', '/privacy']) {
      await tab.visit(path);
      await looksRight(tab);
    }
    await signInAs();
    await tab.visit('/privacy');
    await looksRight(tab);
    await organisation.open();
    await organisation.upload({ name: 'x.png', mimeType: 'image/png', buffer: Buffer.from('x') });
    await expect(page.getByText(say.noPng)).toBeVisible();
    await looksRight(tab);
    await invitationList.open();
    await invitationList.people().fill('Karim Bensaid <karim@nordhamn.example>\nchef\neva@nordhamn.example;Eva Ek;administratör');
    await invitationList.show();
    await expect(invitationList.notice(say.nothingSent)).toBeVisible();
    await looksRight(tab);
  });

  test.describe('a fresh portal', () => {
    test.use({ server: 'fresh' });

    test('its pages are accessible and fit', async ({ page, tab, portal, setUp, say }) => {
      await tab.visit(SignIn.path);
      await looksRight(tab);
      await setUp.open(portal);
      await looksRight(tab);
      await setUp.send().click();
      await expect(page.getByText(say.empty)).toHaveCount(5);
      await tab.ready();
      await looksRight(tab);
    });

    test('what is kept of a person, and its erasure, is accessible and fits', async ({ tab, portal, setUp, myData, home, language, signInAs }) => {
      await setUp.whole(portal);
      await myData.open();
      await looksRight(tab);
      portal.import([{ ...imported, language }]);
      await signInAs(imported);
      await myData.open();
      await myData.erase('wrong');
      await expect(myData.wrong()).toBeVisible();
      await tab.ready();
      await looksRight(tab);
      await myData.erase(imported.password);
      await expect(myData.standing()).toBeVisible();
      await tab.ready();
      await looksRight(tab);
      await home.open();
      await expect(home.erasure()).toBeVisible();
      await looksRight(tab);
      await myData.open();
      await myData.stop();
      await expect(myData.stopped()).toBeVisible();
      await tab.ready();
      await looksRight(tab);
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
      await looksRight(tab);
      const organisation = 'Nordhamns kommuns räddningstjänstförbund';
      await newTenant.make({ organisation, name: 'Karim Bensaid', email: 'karim.bensaid@nordhamn.example' });
      await tenant.reached(organisation);
      await looksRight(tab);
      await tenant.end('nordhamns-kommuns');
      await expect(page.getByText(say.notTheSame)).toBeVisible();
      await tab.ready();
      await looksRight(tab);
      await tenants.open();
      await looksRight(tab);
      await tenants.open('?q=nobody');
      await looksRight(tab);
      await outbox.givesUp('k•••@nordhamn.example');
      await looksRight(tab);
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
      await looksRight(tab);
      const mail = await post.receives('karim.bensaid@nordhamn.example', say.invitationMail(owner.organisation));
      await invitation.open(linkIn(mail));
      await looksRight(tab);
      const letter = await anotherTab();
      await mailLooksRight(letter, mail.html as string, say.invitationMail(owner.organisation));
    });

    test("a person's profile is accessible and fits", async ({ tab, anotherTab, portal, setUp, profile, security, say }) => {
      await setUp.whole(portal);
      await profile.open();
      const stale = new Profile(await anotherTab());
      await stale.open();
      await profile.name().fill('Anna');
      await profile.save();
      await expect(profile.saved()).toBeVisible();
      await stale.name().fill('Anna Öberg');
      await stale.timeZone().selectOption('America/Argentina/Buenos_Aires');
      await stale.save();
      await expect(stale.differs('Anna Öberg')).toBeVisible();
      await stale.tab.ready();
      await looksRight(stale.tab);
      await security.open();
      await security.change('wrong', 'kort');
      await expect(tab.page.getByText(say.tooShort)).toBeVisible();
      await tab.ready();
      await looksRight(tab);
    });

    test('what is mailed about an address, and where it leads, is accessible and fits', async ({
      tab,
      anotherTab,
      portal,
      post,
      setUp,
      profile,
      addressLink,
      say,
    }) => {
      const [moved, second] = ['anna.oberg@nordhamn.example', 'anna@hemma.example'];
      const letters = await anotherTab();
      const looksAt = async (to: string, subject: string) => {
        const mail = await post.receives(to, subject);
        await mailLooksRight(letters, mail.html as string, subject);
        return mail;
      };
      await setUp.whole(portal);
      await profile.open();
      await profile.ask(moved, owner.password);
      await expect(profile.waiting()).toBeVisible();
      await tab.ready();
      const confirm = linkIn(await looksAt(moved, say.confirmMail));
      const stop = linkIn(await looksAt(owner.email, say.askedMail));
      await profile.add(second);
      await expect(profile.waiting()).toHaveCount(2);
      await addressLink.open(linkIn(await looksAt(second, say.notificationMail)));
      await looksRight(tab);
      await addressLink.confirm();
      await expect(addressLink.confirmed()).toBeVisible();
      await tab.ready();
      await looksRight(tab);
      await looksAt(second, say.addedMail);
      await addressLink.open(confirm);
      await addressLink.confirm();
      await expect(addressLink.confirmed()).toBeVisible();
      await looksAt(owner.email, say.addressChangedMail);
      await tab.ready();
      await profile.open();
      await looksRight(tab);
      await profile.remove(second);
      await looksAt(second, say.removedMail);
      await addressLink.open(stop);
      await looksRight(tab);
      await addressLink.stop();
      await looksAt(moved, say.stoppedMail);
    });
  });
});

test('dark is dark and light is light', async ({ page, tab, signIn }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await signIn.open();
  expect(await brightness(tab, 'body')).toBeGreaterThan(220);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(() => brightness(tab, 'body')).toBeLessThan(60);
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
