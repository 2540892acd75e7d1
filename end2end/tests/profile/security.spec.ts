import { SignIn } from '../../kit/pages';
import { expect, owner, test } from '../../kit/test';

test.use({ server: 'fresh' });

test('a new password keeps the owner signed in here and signs the other browser out', async ({
  page,
  context,
  portal,
  post,
  tab,
  anotherBrowser,
  setUp,
  signInAs,
  home,
  security,
  say,
  scripts,
}) => {
  const password = 'en helt annan mening';
  await setUp.byCall(portal);
  const other = await anotherBrowser();
  await signInAs(owner, other);
  const session = async () => (await context.cookies()).find(cookie => cookie.name === '__Host-portvakt')!.value;
  const before = await session();

  await security.open();
  await security.change('wrong', password);
  await expect(security.wrong()).toBeVisible();
  await tab.ready();
  await security.change(owner.password, 'kort');
  await expect(page.getByText(say.tooShort)).toBeVisible();
  await tab.ready();
  if (scripts) {
    await security.password().fill(password);
    await expect(page.getByText(say.allMet)).toBeVisible();
    await expect(security.strength(say.excellent)).toBeVisible();
  }
  await security.change(owner.password, password);
  await expect(security.changed()).toBeVisible();
  await tab.ready();
  expect(await session(), 'the session has a new token').not.toBe(before);
  await post.receives(owner.email, say.changedMail);
  await home.open();
  await home.reached();

  await other.visit('/');
  await expect(other.page).toHaveURL('/sign-in');
  await new SignIn(other).as();
  await expect(other.alert()).toContainText(say.wrong);
  await other.ready();
  await new SignIn(other).as({ ...owner, password });
  await expect(other.page).toHaveURL('/');

  await context.clearCookies({ name: '__Host-portvakt' });
  await signInAs({ ...owner, password });
});
