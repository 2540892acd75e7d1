import { setUpByPage } from '../kit/set-up';
import { expect, owner, signIn, test } from '../kit/test';

test('a locked-out owner chooses a new password by a link from the command line', async ({ page, fresh, say, ready }) => {
  await setUpByPage(page, fresh, say, ready);
  await page.context().clearCookies();

  const link = fresh.recoverLink(owner.email.toUpperCase());
  await page.goto(link);
  await ready();
  await expect(page, 'the token has left the address').toHaveURL(`${fresh.origin}/reset`);
  await page.getByLabel(say.newPassword).fill('kort');
  await page.getByRole('button', { name: say.save }).click();
  await expect(page.getByText(say.tooShort)).toBeVisible();
  await ready();
  await page.getByLabel(say.newPassword).fill('en helt annan mening');
  await page.getByRole('button', { name: say.save }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(say.greeting);

  expect((await page.goto(link))!.status(), 'the link is used up').toBe(404);
  await page.context().clearCookies();
  await page.goto(`${fresh.origin}/sign-in`);
  await ready();
  await signIn(page, say, 'en helt annan mening');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(say.greeting);
});
