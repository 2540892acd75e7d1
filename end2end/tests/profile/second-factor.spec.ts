import { readFileSync } from 'node:fs';
import { accessible, looksRight } from '../../kit/look';
import { about, Reset, SecondFactor, SignIn, SignInCode } from '../../kit/pages';
import { linkIn } from '../../kit/post';
import { expect, imported, owner, test } from '../../kit/test';
import { totp, wrongTotp } from '../../kit/totp';

test.use({ server: 'fresh' });

test('the owner sets a code app up, and the next sign-in asks for it', async ({
  page,
  context,
  portal,
  post,
  tab,
  setUp,
  signIn,
  signInCode,
  home,
  secondFactor,
  say,
}) => {
  await setUp.byCall(portal);
  await secondFactor.open();
  await accessible(tab);
  await secondFactor.begin().click();
  await expect(secondFactor.qr()).toBeVisible();
  await tab.ready();
  await looksRight(tab);
  await secondFactor.later().click();
  await expect(secondFactor.qr()).not.toBeVisible();
  await tab.ready();
  await secondFactor.begin().click();
  await expect(secondFactor.qr()).toBeVisible();
  await tab.ready();
  const secret = await secondFactor.secret();
  for (const [code, told] of [
    ['12', say.notSixDigits],
    [totp(secret, 5), say.otherTime],
  ] as const) {
    await secondFactor.code().fill(code);
    await secondFactor.turnOn().click();
    await expect(page.getByText(told)).toBeVisible();
    await tab.ready();
    expect(await secondFactor.secret(), 'the secret stays, because the app has it already').toBe(secret);
  }
  await secondFactor.code().fill(totp(secret));
  await secondFactor.turnOn().click();
  await expect(secondFactor.codes()).toHaveCount(10);
  await tab.ready();
  await looksRight(tab);
  const recovery = await secondFactor.codes().allTextContents();
  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: say.download, exact: true }).click();
  const file = readFileSync(await (await downloading).path(), 'utf8');
  for (const code of recovery) expect(file).toContain(code);
  await post.receives(owner.email, say.twoFactorOnMail);
  await secondFactor.open();
  await expect(secondFactor.codes(), 'the portal shows the codes once').toHaveCount(0);
  await expect(page.getByText(say.codesLeft(10))).toBeVisible();

  await context.clearCookies();
  await tab.visit('/profile/data');
  await signIn.as();
  await expect(page).toHaveURL(about(SignInCode.path, '&next=%2Fprofile%2Fdata'));
  await tab.ready();
  await looksRight(tab);
  await signInCode.enter('12');
  await expect(page.getByText(say.notACode)).toBeVisible();
  await tab.ready();
  await signInCode.enter(wrongTotp(secret));
  await expect(tab.alert()).toContainText(say.wrongCode);
  await tab.ready();
  // The code that has set the app up is used up.
  await signInCode.enter(totp(secret, 1));
  await expect(page, 'the page that the owner asked for').toHaveURL('/profile/data');
  await home.open();
  await home.reached();
});

test('an owner without their phone signs in with a recovery code, once', async ({
  context,
  portal,
  post,
  tab,
  setUp,
  signIn,
  signInAs,
  signInCode,
  home,
  secondFactor,
  say,
  page,
}) => {
  await setUp.byCall(portal);
  const { recovery } = await secondFactor.byCall(portal);
  for (const [at, left] of [
    [0, 9],
    [1, 8],
  ] as const) {
    await context.clearCookies();
    await signIn.open();
    await signIn.as();
    await expect(page).toHaveURL(about(SignInCode.path));
    await tab.ready();
    if (at > 0) {
      await signInCode.recover(recovery[0]!);
      await expect(tab.alert()).toContainText(say.wrongRecoveryCode);
      await tab.ready();
      await signInCode.recoveryCode().fill(recovery[at]!.toLowerCase());
      await signInCode.send().click();
    } else {
      await signInCode.recover(recovery[at]!);
    }
    await home.reached();
    await post.receives(owner.email, say.recoveryUsedMail);
    await secondFactor.open();
    await expect(page.getByText(say.codesLeft(left))).toBeVisible();
  }
  await secondFactor.make().click();
  await expect(secondFactor.codes()).toHaveCount(10);
  await tab.ready();
  expect(await secondFactor.codes().allTextContents()).not.toContain(recovery[5]);
  await secondFactor.remove().click();
  await expect(secondFactor.off()).toBeVisible();
  await tab.ready();
  await post.receives(owner.email, say.twoFactorOffMail);
  await context.clearCookies();
  await signInAs();
});

test('five wrong codes end a sign-in, and the owner gets a mail', async ({ page, context, portal, post, tab, setUp, signIn, signInCode, secondFactor, say }) => {
  await setUp.byCall(portal);
  const { secret } = await secondFactor.byCall(portal);
  await context.clearCookies();
  await signIn.open();
  await signIn.as();
  await expect(page).toHaveURL(about(SignInCode.path));
  for (let n = 0; n < 5; n += 1) {
    await tab.ready();
    await signInCode.enter(wrongTotp(secret));
    // The answer empties the field.
    await expect(signInCode.code()).toHaveValue('');
    await expect(tab.alert()).toContainText(n < 4 ? say.wrongCode : say.lastTry);
  }
  await post.receives(owner.email, say.codesRefusedMail);
  await tab.visit(SignInCode.path);
  await expect(page, 'no sign-in waits for a code').toHaveURL('/sign-in');
});

test('an owner with a second factor needs it beside the mailed link for a new password', async ({ page, context, portal, post, tab, setUp, forgot, reset, home, secondFactor, say }) => {
  await setUp.byCall(portal);
  const { secret, recovery } = await secondFactor.byCall(portal);
  await context.clearCookies();
  await forgot.open();
  await forgot.ask(owner.email);
  await expect(forgot.sent()).toBeVisible();
  await reset.open(linkIn(await post.receives(owner.email, say.resetMail)));
  await expect(page).toHaveURL(about(Reset.path));
  await accessible(tab);
  for (const [code, told] of [
    ['', say.empty],
    [wrongTotp(secret), say.wrongCode],
  ] as const) {
    await reset.code().fill(code);
    await reset.choose('en helt annan mening');
    await expect(page.getByText(told).first()).toBeVisible();
    await tab.ready();
  }
  await reset.code().fill(recovery[0]!);
  await reset.choose('en helt annan mening');
  await home.reached();
});

test('the owner resets the second factor of a member who has lost it', async ({
  page,
  portal,
  post,
  tab,
  language,
  setUp,
  signInAs,
  users,
  user,
  anotherBrowser,
  say,
}) => {
  await setUp.byCall(portal);
  portal.import([{ ...imported, language }]);
  const theirs = await anotherBrowser();
  await signInAs(imported, theirs);
  await new SecondFactor(theirs).byCall(portal);

  await users.open('?q=karim');
  await users.row(imported.name).getByRole('rowheader').getByRole('link').click();
  await expect(page).toHaveURL(/\/admin\/users\/[0-9a-f-]{36}$/);
  await tab.ready();
  await user.act(say.resetTwoFactor).click();
  await expect(page.getByText(say.empty)).toBeVisible();
  await tab.ready();
  await user.reason().fill('Telefonen är borta');
  await user.act(say.resetTwoFactor).click();
  await expect(user.said(say.twoFactorReset)).toBeVisible();
  await tab.ready();
  await expect(user.act(say.resetTwoFactor)).not.toBeVisible();
  await post.receives(imported.email, say.secondFactorResetMail);

  await theirs.visit('/');
  await expect(theirs.page, 'the reset has ended the member’s sessions').toHaveURL('/sign-in');
  await new SignIn(theirs).as(imported);
  await expect(theirs.page).toHaveURL('/');
});
