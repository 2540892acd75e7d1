import { about } from '../../kit/pages';
import { expect, owner, test } from '../../kit/test';

test.use({ server: 'fresh' });

test('a locked-out owner chooses a new password by a link from the command line', async ({
  page,
  context,
  portal,
  tab,
  setUp,
  reset,
  signInAs,
  home,
  say,
}) => {
  await setUp.byCall(portal);
  await context.clearCookies();

  const link = portal.recoverLink(owner.email.toUpperCase());
  await reset.open(link);
  await expect(page, 'the token has left the address').toHaveURL(about('/reset'));
  await reset.choose('kort');
  await expect(page.getByText(say.tooShort)).toBeVisible();
  await tab.ready();
  await reset.choose('en helt annan mening');
  await expect(home.heading()).toHaveText(say.greeting('Anna'));

  expect((await tab.visitMissing(link)).status(), 'the link is used up').toBe(404);
  await context.clearCookies();
  await signInAs({ ...owner, password: 'en helt annan mening' });
});
