import { about } from '../../kit/pages';
import { linkIn } from '../../kit/post';
import { expect, owner, test } from '../../kit/test';

const fresh = 'en helt annan mening';

test.describe('an owner who forgot the password', () => {
  test.use({ server: 'fresh' });

  test('chooses a new one by a mailed link', async ({
    page,
    context,
    portal,
    post,
    tab,
    setUp,
    signIn,
    signInAs,
    forgot,
    reset,
    home,
    say,
  }) => {
    await setUp.byCall(portal);
    await context.clearCookies();
    await signIn.open();
    await signIn.forgotten().click();
    await tab.ready();
    await forgot.ask(owner.email.toUpperCase());
    await expect(forgot.sent()).toBeVisible();

    const mail = await post.receives(owner.email, say.resetMail);
    expect(mail.from!.text).toContain(owner.organisation);
    expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
    const link = linkIn(mail);
    expect(link.startsWith(`${portal.origin}/reset/`)).toBe(true);

    // A scanner that opens the link does not use it up.
    for (const method of ['GET', 'HEAD', 'GET']) await fetch(link, { method, redirect: 'manual' });
    await reset.open(link);
    await expect(page, 'the token has left the address').toHaveURL(about('/reset'));
    await reset.choose(fresh);
    await expect(home.heading()).toHaveText(say.greeting('Anna'));
    await post.receives(owner.email, say.changedMail);

    expect((await tab.visitMissing(link)).status(), 'the link is used up').toBe(404);
    await context.clearCookies();
    await signInAs({ ...owner, password: fresh });
  });
});

test('the portal answers an unknown address like a known one', async ({ page, forgot }) => {
  const said = [];
  for (const email of [owner.email, 'nobody@nordhamn.example']) {
    await forgot.open();
    await forgot.ask(email);
    await expect(forgot.sent()).toBeVisible();
    said.push(await page.getByRole('main').innerText());
  }
  expect(said[0]).toBe(said[1]);
});

test('the portal says that a text is no address', async ({ page, forgot, say }) => {
  await forgot.open();
  await forgot.ask('anna');
  await expect(page.getByText(say.enterAnAddress)).toBeVisible();
  await expect(forgot.email()).toHaveValue('anna');
  await expect(forgot.sent()).not.toBeVisible();
});
