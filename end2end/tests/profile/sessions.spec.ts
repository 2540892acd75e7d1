import { expect, owner, test } from '../../kit/test';

// Each test has a portal of its own, because it ends sessions that other tests would use.
test.use({ server: 'fresh' });

test('the owner ends one session, and that browser is signed out', async ({ portal, tab, setUp, signInAs, anotherBrowser, sessions, activity, say }) => {
  await setUp.byCall(portal);
  const others = [await anotherBrowser(), await anotherBrowser()];
  for (const other of others) await signInAs(owner, other);
  await sessions.open();
  await expect(sessions.here()).toHaveCount(1);
  await expect(sessions.here().getByRole('button')).toHaveCount(0);
  await expect(sessions.elsewhere()).toHaveCount(2);
  // The session used last stands first.
  await sessions.end(sessions.elsewhere().last());
  await expect(sessions.ended()).toBeVisible();
  await expect(sessions.elsewhere()).toHaveCount(1);
  await tab.ready();
  for (const other of others) await other.page.goto('/');
  const out = others.filter(other => new URL(other.page.url()).pathname === '/sign-in');
  expect(out).toHaveLength(1);
  await activity.open();
  await expect(activity.events().first()).toContainText(say.youEndedOne);
});

test('the owner ends all other sessions at once, and stays signed in here', async ({ portal, tab, setUp, signInAs, anotherBrowser, sessions, activity, say }) => {
  await setUp.byCall(portal);
  const others = [await anotherBrowser(), await anotherBrowser()];
  for (const other of others) await signInAs(owner, other);
  await sessions.open();
  await sessions.endOthers().click();
  await expect(sessions.noOthers()).toBeVisible();
  await expect(sessions.sessions()).toHaveCount(1);
  await expect(sessions.endOthers()).toHaveCount(0);
  await tab.ready();
  for (const other of others) {
    await other.page.goto('/');
    await expect(other.page).toHaveURL('/sign-in');
  }
  await activity.open();
  await expect(activity.events().first()).toContainText(say.youEndedTwo);
});
