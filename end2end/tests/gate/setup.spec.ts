import { about, SetUp, SignIn } from '../../kit/pages';
import { expect, owner, test } from '../../kit/test';

test.describe('a portal of its own', () => {
  test.use({ server: 'fresh' });

  test('the first owner sets the portal up, signs out and signs in again', async ({
    page,
    portal,
    tab,
    setUp,
    home,
    signIn,
    signOut,
    say,
  }) => {
    await page.goto('/');
    await expect(page).toHaveURL(SignIn.path);
    await expect(page.getByRole('heading', { name: say.notSetUp })).toBeVisible();

    await setUp.open(portal);
    await expect(page, 'the token has left the address').toHaveURL(about(SetUp.path));
    await expect(setUp.heading()).toHaveText(say.setUp);
    await setUp.introduce();
    await setUp.choose(owner.password);
    await home.reached();
    await expect(home.heading()).toHaveText(say.greeting('Anna'));
    await expect(page.getByText(say.first)).toBeVisible();
    await expect(home.noProducts()).toBeVisible();
    await expect(page).toHaveTitle(new RegExp(`– ${owner.organisation}$`));

    await home.signOut();
    await signOut.again();
    await signIn.as();
    await home.reached();
    await expect(page.getByText(say.last)).toBeVisible();

    for (const gone of [portal.setUpLink, SetUp.path]) {
      expect((await tab.visitMissing(gone)).status()).toBe(404);
      await expect(tab.heading()).toHaveText(say.deadLink);
    }
  });
});

test.describe('a portal that is not set up yet', () => {
  test.use({ server: 'unset' });

  test('keeps the typed values and shows each fault at its field', async ({ page, portal, setUp, say }) => {
    await setUp.open(portal);
    await setUp.send().click();
    await expect(page.getByText(say.empty)).toHaveCount(5);
    await expect(setUp.name()).toHaveAttribute('aria-invalid', 'true');
    await expect(setUp.name()).toHaveAccessibleDescription(say.empty);

    const long = 'å'.repeat(6000);
    await setUp.name().fill(long);
    await setUp.organisation().fill('Firma \u202eAB');
    await setUp.email().fill(owner.email);
    await setUp.emailAgain().fill('anna.lindkvist@nordhamn.example');
    await setUp.choose('kort');
    for (const told of [say.tooLong, say.unprintable, say.notTheSame, say.tooShort]) {
      await expect(page.getByText(told)).toBeVisible();
    }
    await expect(setUp.name(), 'a value too long for a cookie is kept').toHaveValue(long);
    await expect(setUp.organisation()).toHaveValue('Firma \u202eAB');
    await expect(setUp.emailAgain()).toHaveValue('anna.lindkvist@nordhamn.example');
    await expect(page).toHaveURL(about(SetUp.path));
  });
});
