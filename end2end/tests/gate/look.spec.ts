import { looksRight, mailLooksRight } from '../../kit/look';
import { Forgot, SignIn, SignOut } from '../../kit/pages';
import { linkIn } from '../../kit/post';
import { expect, owner, test } from '../../kit/test';

test.describe('how the gate looks', { tag: '@look' }, () => {
  test('its pages are accessible and fit', async ({ tab, signIn }) => {
    for (const path of [SignIn.path, SignOut.path, Forgot.path]) {
      await tab.visit(path);
      await looksRight(tab);
    }
    await signIn.open();
    await signIn.as({ email: 'look@nordhamn.example', password: 'wrong' });
    await expect(tab.alert()).toBeVisible();
    await looksRight(tab);
  });

  test.describe('of a portal that is not set up yet', () => {
    test.use({ server: 'unset' });

    test('the sign-in page and the set-up page are accessible and fit', async ({ page, tab, portal, setUp, say }) => {
      await tab.visit(SignIn.path);
      await looksRight(tab);
      await setUp.open(portal);
      await looksRight(tab);
      await setUp.send().click();
      await expect(page.getByText(say.empty)).toHaveCount(5);
      await tab.ready();
      await looksRight(tab);
    });
  });

  test.describe('of a fresh portal', () => {
    test.use({ server: 'fresh' });

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
      await setUp.byCall(portal);
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
  });
});
