import { setUpByPage } from '../kit/set-up';
import { expect, owner, signIn, signOut, test } from '../kit/test';

test('a person sets the portal up, signs out and signs in again', async ({ page, fresh, say, ready }) => {
  await page.goto(`${fresh.origin}/`);
  await expect(page).toHaveURL(`${fresh.origin}/sign-in`);
  await expect(page.getByRole('heading', { name: say.notSetUp })).toBeVisible();

  await page.goto(fresh.setUpLink);
  await expect(page, 'the token has left the address').toHaveURL(`${fresh.origin}/setup`);
  await expect(page.getByRole('heading', { name: say.setUp })).toBeVisible();
  await setUpByPage(page, fresh, say, ready);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(say.greeting);
  await expect(page.getByText(say.first)).toBeVisible();
  await expect(page.getByRole('heading', { name: say.noProducts })).toBeVisible();
  await expect(page).toHaveTitle(new RegExp(`– ${owner.organisation}$`));

  await signOut(page, say);
  await page.getByRole('link', { name: say.again }).click();
  await ready();
  await signIn(page, say);
  await expect(page).toHaveURL(`${fresh.origin}/`);
  await expect(page.getByText(say.last)).toBeVisible();

  for (const gone of [fresh.setUpLink, `${fresh.origin}/setup`]) {
    const answer = await page.goto(gone);
    expect(answer!.status()).toBe(404);
    await expect(page.getByRole('heading', { name: say.notFound })).toBeVisible();
  }
});

test('what was typed is kept and each fault told at its field', async ({ page, fresh, say, ready }) => {
  await page.goto(fresh.setUpLink);
  await ready();
  const send = page.getByRole('button', { name: say.save });
  await send.click();
  await expect(page.getByText(say.empty)).toHaveCount(5);
  await expect(page.getByLabel(say.name)).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByLabel(say.name)).toHaveAccessibleDescription(say.empty);

  const long = 'å'.repeat(6000);
  await page.getByLabel(say.name).fill(long);
  await page.getByLabel(say.organisation).fill('Firma \u202eAB');
  await page.getByLabel(say.email, { exact: true }).fill(owner.email);
  await page.getByLabel(say.emailAgain).fill('anna.lindkvist@nordhamn.example');
  await page.getByLabel(say.password, { exact: true }).fill('kort');
  await send.click();
  for (const told of [say.tooLong, say.unprintable, say.notTheSame, say.tooShort]) {
    await expect(page.getByText(told)).toBeVisible();
  }
  await expect(page.getByLabel(say.name), 'too long for a cookie, and still there').toHaveValue(long);
  await expect(page.getByLabel(say.organisation)).toHaveValue('Firma \u202eAB');
  await expect(page.getByLabel(say.emailAgain)).toHaveValue('anna.lindkvist@nordhamn.example');
  await expect(page).toHaveURL(`${fresh.origin}/setup`);
});
