import { Home, SignIn } from '../../kit/pages';
import { expect, test } from '../../kit/test';
import type { Tab } from '../../kit/tab';

// Each has a portal of its own: the sessions of others would be ended with it.
test.use({ server: 'fresh' });

/** Signs in in a browser. */
async function signedIn(tab: Tab): Promise<Home> {
  const signIn = new SignIn(tab);
  await signIn.open();
  await signIn.as();
  const home = new Home(tab);
  await home.reached();
  return home;
}

test('one session is ended, and its browser is out', async ({ portal, tab, setUp, anotherBrowser, sessions, activity, say }) => {
  await setUp.whole(portal);
  const [lost, kept] = [await signedIn(await anotherBrowser()), await signedIn(await anotherBrowser())];
  await sessions.open();
  await expect(sessions.here()).toHaveCount(1);
  await expect(sessions.here().getByRole('button')).toHaveCount(0);
  await expect(sessions.elsewhere()).toHaveCount(2);
  // The one last used stands first.
  await sessions.end(sessions.elsewhere().last());
  await expect(sessions.ended()).toBeVisible();
  await expect(sessions.elsewhere()).toHaveCount(1);
  await tab.ready();
  await lost.tab.page.goto('/');
  await kept.tab.page.goto('/');
  const out = [lost, kept].filter(home => new URL(home.tab.page.url()).pathname === '/sign-in');
  expect(out).toHaveLength(1);
  await activity.open();
  await expect(activity.events().first()).toContainText(say.youEndedOne);
});

test('all others are ended at once, and this one stays', async ({ portal, tab, setUp, anotherBrowser, sessions, activity, say }) => {
  await setUp.whole(portal);
  const others = [await signedIn(await anotherBrowser()), await signedIn(await anotherBrowser())];
  await sessions.open();
  await sessions.endOthers().click();
  await expect(sessions.alone()).toBeVisible();
  await expect(sessions.sessions()).toHaveCount(1);
  await expect(sessions.endOthers()).toHaveCount(0);
  await tab.ready();
  for (const { tab } of others) {
    await tab.page.goto('/');
    await expect(tab.page).toHaveURL('/sign-in');
  }
  await activity.open();
  await expect(activity.events().first()).toContainText(say.youEndedTwo);
});
