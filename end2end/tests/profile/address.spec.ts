import { about, AddressLink, Home, Profile, Reset } from '../../kit/pages';
import { linkIn } from '../../kit/post';
import { expect, owner, test } from '../../kit/test';

test.use({ server: 'fresh' });

const moved = 'anna.oberg@nordhamn.example';

test('the owner changes their address by a link mailed to the new one', async ({
  page,
  context,
  portal,
  post,
  tab,
  setUp,
  signIn,
  home,
  profile,
  addressLink,
  say,
}) => {
  await setUp.byCall(portal);
  await profile.open();
  await profile.ask(moved, 'wrong');
  await expect(profile.wrong()).toBeVisible();
  await tab.ready();
  await profile.ask(moved, owner.password);
  await expect(profile.waiting()).toContainText(moved);
  const link = linkIn(await post.receives(moved, say.confirmMail));
  await post.receives(owner.email, say.askedMail);
  await tab.ready();
  // A scanner that opens the link does not use it up.
  for (const method of ['GET', 'HEAD', 'GET']) await fetch(link, { method, redirect: 'manual' });
  await addressLink.open(link);
  await expect(page, 'the token has left the address').toHaveURL(about('/email'));
  await expect(page.getByText(moved)).toBeVisible();
  await addressLink.confirm();
  await expect(addressLink.confirmed()).toBeVisible();
  await tab.ready();
  expect((await tab.visitMissing(link)).status(), 'the link is used up').toBe(404);
  for (const to of [owner.email, moved]) await post.receives(to, say.addressChangedMail);
  await profile.open();
  await expect(page.getByText(`${owner.name} · ${moved}`)).toBeVisible();
  await expect(profile.waiting()).toHaveCount(0);

  await context.clearCookies();
  await signIn.open();
  await signIn.as();
  await expect(tab.alert()).toContainText(say.wrong);
  await tab.ready();
  await signIn.as({ ...owner, email: moved });
  await home.reached();
});

test('the holder of the old address stops a change, also after it was made', async ({
  portal,
  post,
  tab,
  anotherBrowser,
  setUp,
  signIn,
  profile,
  addressLink,
  say,
}) => {
  await setUp.byCall(portal);
  await profile.open();
  await profile.ask(moved, owner.password);
  const stop = linkIn(await post.receives(owner.email, say.askedMail));
  const confirm = linkIn(await post.receives(moved, say.confirmMail));
  await tab.ready();
  await addressLink.open(confirm);
  await addressLink.confirm();
  await expect(addressLink.confirmed()).toBeVisible();
  await tab.ready();

  const theirs = await anotherBrowser();
  for (const method of ['GET', 'HEAD', 'GET']) await fetch(stop, { method, redirect: 'manual' });
  const page = new AddressLink(theirs);
  await page.open(stop);
  await expect(theirs.page).toHaveURL(about('/email-stop'));
  await expect(theirs.page.getByText(owner.email)).toBeVisible();
  await page.stop();
  await expect(theirs.page).toHaveURL(about(Reset.path));
  await theirs.ready();
  const password = 'en helt annan mening';
  await new Reset(theirs).choose(password);
  await new Home(theirs).reached();
  await theirs.visit(Profile.path);
  await expect(theirs.page.getByText(`${owner.name} · ${owner.email}`)).toBeVisible();
  for (const to of [owner.email, moved]) await post.receives(to, say.stoppedMail);

  // The stop has ended every session, and the old password is wrong.
  await tab.visit('/');
  await expect(tab.page).toHaveURL('/sign-in');
  await signIn.as();
  await expect(tab.alert()).toContainText(say.wrong);
  expect((await tab.visitMissing(stop)).status(), 'the link is used up').toBe(404);
});

test('the owner adds a second address for notices and removes it', async ({
  page,
  portal,
  post,
  tab,
  anotherBrowser,
  setUp,
  profile,
  addressLink,
  say,
}) => {
  const second = 'anna@hemma.example';
  await setUp.byCall(portal);
  await profile.open();
  await profile.add(owner.email.toUpperCase());
  await expect(page.locator('#notification_email-error')).toBeVisible();
  await tab.ready();
  await profile.add(second);
  await expect(profile.waiting()).toContainText(second);
  const link = linkIn(await post.receives(second, say.notificationMail));
  const phone = new AddressLink(await anotherBrowser());
  await phone.open(link);
  await phone.confirm();
  await expect(phone.confirmed()).toBeVisible();
  for (const to of [owner.email, second]) await post.receives(to, say.addedMail);
  await profile.open();
  await expect(profile.second(second)).toContainText(say.isConfirmed);
  await profile.remove(second);
  await expect(tab.alert()).toContainText(say.addressRemoved);
  for (const to of [owner.email, second]) await post.receives(to, say.removedMail);
  await tab.ready();
  await addressLink.open('/profile');
  await expect(profile.second(second)).toHaveCount(0);
});
