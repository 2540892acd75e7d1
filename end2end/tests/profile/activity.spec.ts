import { SignIn } from '../../kit/pages';
import { expect, owner, test } from '../../kit/test';

test.describe('the first owner', () => {
  test.use({ server: 'fresh' });

  test('reads their own acts and a stranger’s wrong try', async ({ portal, context, setUp, signInAs, activity, say }) => {
    await setUp.byCall(portal);
    await context.clearCookies();
    await context.request.get(portal.origin + SignIn.path);
    await portal.call(context.request, 'sign_in', { email: owner.email, password: 'granit fyr vinterljus 8' }, 401);
    await signInAs();
    await activity.open();
    await expect(activity.events().locator('b')).toHaveText([say.youSignedIn, say.triedAsYou, say.youSetUp]);
    await expect(activity.events().first()).toContainText(/127\.0\.0\.1|::1/);
    await expect(activity.older()).toHaveCount(0);
  });
});

test.describe('an administrator after a year', () => {
  test.use({ server: 'demo' });

  test('pages through their activity', async ({ page, portal, tab, signInAs, activity }) => {
    await signInAs(await portal.person('Nordhamn kommun', 'administrator'));
    await activity.open();
    await expect(activity.events()).toHaveCount(50);
    const times = async () => activity.events().locator('time').evaluateAll(all => all.map(t => Date.parse(t.getAttribute('datetime')!)));
    const first = await times();
    await activity.older().click();
    await expect(page).toHaveURL(/before=\d+$/);
    await expect(activity.newest()).toBeVisible();
    await tab.ready();
    await expect(activity.events().first()).toBeVisible();
    const all = [...first, ...(await times())];
    expect(all).toEqual([...all].sort((a, b) => b - a));
    await activity.newest().click();
    await expect(page).toHaveURL('/profile/activity');
    await tab.ready();
  });
});
