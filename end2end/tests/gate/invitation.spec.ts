import { about, Invitations } from '../../kit/pages';
import { linkIn } from '../../kit/post';
import { expect, owner, test } from '../../kit/test';

test.describe('an invited person', () => {
  test.use({ server: 'fresh' });
  const karim = { name: 'Karim Bensaid', organisation: owner.organisation, email: 'karim.bensaid@nordhamn.example', password: 'en helt annan mening' };

  test('gets a mail, chooses a password and is signed in', async ({
    page,
    context,
    portal,
    post,
    tab,
    setUp,
    signInAs,
    invitations,
    invitation,
    users,
    home,
    say,
  }) => {
    await setUp.byCall(portal);
    await home.open();
    await home.administration();
    await expect(users.heading()).toContainText(say.users);
    await page.getByRole('navigation', { name: say.mainMenu }).getByRole('link', { name: say.invitations }).click();
    await expect(invitations.heading()).toHaveText(say.invitations);
    await expect(invitations.noneOpen()).toBeVisible();
    await invitations.invite(karim.email, say.administrator);
    await expect(invitations.sent()).toBeVisible();
    await expect(invitations.row(karim.email)).toContainText(say.administrator);
    const first = linkIn(await post.receives(karim.email, say.invitationMail(owner.organisation)));

    await tab.ready();
    await invitations.resend(karim.email);
    const second = linkIn(await post.receives(karim.email, say.invitationMail(owner.organisation)));
    expect((await tab.visitMissing(first)).status(), 'the older link').toBe(404);

    await context.clearCookies();
    for (const method of ['GET', 'HEAD', 'GET']) await fetch(second, { method, redirect: 'manual' });
    await invitation.open(second);
    await expect(page, 'the token has left the address').toHaveURL(about('/invitation'));
    await expect(page.getByText(karim.email)).toBeVisible();
    await invitation.register('', 'kort');
    await expect(page.getByText(say.tooShort)).toBeVisible();
    await tab.ready();
    await invitation.register(karim.name, karim.password);
    await expect(home.heading()).toHaveText(say.greeting('Karim'));

    await context.clearCookies();
    await signInAs(karim);
    await invitations.open();
    await expect(invitations.noneOpen()).toBeVisible();
  });

  test('finds the link gone after the administrator has withdrawn the invitation', async ({ portal, post, tab, anotherTab, setUp, invitations, say }) => {
    await setUp.byCall(portal);
    await invitations.open();
    await invitations.invite('karim', say.member);
    await expect(invitations.fault()).toBeVisible();
    await tab.ready();
    await invitations.invite(owner.email.toUpperCase(), say.member);
    await expect(invitations.alreadyMember()).toBeVisible();
    await tab.ready();
    await invitations.invite(karim.email, say.member);
    const link = linkIn(await post.receives(karim.email, say.invitationMail(owner.organisation)));
    const stale = new Invitations(await anotherTab());
    await stale.open();
    await tab.ready();
    await invitations.withdraw(karim.email);
    await expect(invitations.noneOpen()).toBeVisible();
    await stale.withdraw(karim.email);
    await expect(stale.noneOpen(), 'the withdrawn invitation is no longer listed').toBeVisible();
    expect((await tab.visitMissing(link)).status()).toBe(404);
  });
});

test.describe('an auditor or a member', () => {
  test.use({ server: 'demo' });

  test('finds no page of the administration', async ({ portal, tab, signInAs, home }) => {
    for (const role of ['auditor', 'member'] as const) {
      await signInAs(await portal.person('Nordhamn kommun', role));
      await home.open();
      await home.account().click();
      // The auditor's link leads to the log alone.
      await expect(home.administrationLink()).toHaveCount(role === 'auditor' ? 1 : 0);
      for (const path of ['/admin/invitations', '/admin/users']) {
        expect(await tab.status(path), `${role} ${path}`).toBe(404);
      }
    }
  });
});
