import { SignIn } from '../../kit/pages';
import { expect, owner, test } from '../../kit/test';

test('the visitor learns how many tries are left and how long to wait, then sign-in is locked', async ({ tab, signIn, say }) => {
  await signIn.open();
  const email = 'nobody-at-all@nordhamn.example';
  for (let n = 1; n <= 5; n++) {
    await signIn.as({ email, password: `wrong ${n}` });
    await expect(tab.alert()).toContainText(n < 5 ? say.wrong : say.wait);
    await expect(signIn.password()).toHaveValue('');
  }
  await signIn.as({ email, password: 'wrong once more' });
  await expect(tab.alert()).toContainText(say.locked);
  await expect(tab.alert()).toContainText(say.retry);
  await expect(signIn.email(), 'the typed address is kept').toHaveValue(email);
});

test.describe('at a portal of its own', () => {
  test.use({ server: 'fresh' });

  test('the owner signs in on a known device while a stranger has locked the account for strangers', async ({
    portal,
    anotherBrowser,
    setUp,
    home,
    signOut,
    signIn,
    say,
  }) => {
    await setUp.byCall(portal);
    await home.open();
    await home.signOut();
    const stranger = new SignIn(await anotherBrowser());
    await stranger.open();
    const email = owner.email;
    for (let n = 1; n < 5; n++) await portal.call(stranger.tab.page.context().request, 'sign_in', { email, password: `guess ${n}` }, 401);
    await stranger.as({ email, password: 'guess 5' });
    await expect(stranger.tab.alert()).toContainText(say.wait);
    await expect(stranger.password()).toHaveValue('');
    await stranger.as();
    await expect(stranger.tab.alert()).toContainText(say.locked);

    await signOut.again();
    await signIn.as();
    await home.reached();
  });
});
