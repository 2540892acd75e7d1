import { expect, owner, test } from '../../kit/test';

// Each has a portal of its own: the sessions of others would be ended with it.
test.use({ server: 'fresh' });

test('one session is ended, and its browser is out', async ({ portal, tab, setUp, signInAs, anotherBrowser, sessions, activity, say }) => {
  await setUp.byCall(portal);
  const others = [await anotherBrowser(), await anotherBrowser()];
  for (const other of others) await signInAs(owner, other);
  await sessions.open();
  await expect(sessions.here()).toHaveCount(1);
  await expect(sessions.here().getByRole('button')).toHaveCount(0);
  await expect(sessions.elsewhere()).toHaveCount(2);
  // The one last used stands first.
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

test('all others are ended at once, and this one stays', async ({ portal, tab, setUp, signInAs, anotherBrowser, sessions, activity, say }) => {
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
