import { Authenticator } from '../../kit/authenticator';
import { accessible, looksRight } from '../../kit/look';
import { about, Enrol, Passkeys, Reset, SecondFactor, SignIn, SignInCode } from '../../kit/pages';
import { linkIn } from '../../kit/post';
import { expect, imported, owner, test } from '../../kit/test';
import { Tab } from '../../kit/tab';
import { totp } from '../../kit/totp';

test.use({ server: 'fresh' });

test.describe('with a script', { tag: '@script' }, () => {
  test('the owner adds and names a passkey, and signs in with it alone: by its button, and in the address field', { tag: '@look' }, async ({
    page,
    context,
    portal,
    post,
    tab,
    setUp,
    signIn,
    passkeys,
    home,
    say,
  }) => {
    const device = await Authenticator.of(page);
    await setUp.byCall(portal);
    await passkeys.byPage('Tjänstedatorn');
    await expect(passkeys.codes()).toHaveCount(10);
    await looksRight(tab);
    await post.receives(owner.email, say.passkeyAddedMail);
    expect(await device.kept()).toBe(1);
    await passkeys.add().click();
    await expect(tab.alert().getByText(say.passkeyThere)).toBeVisible();
    await passkeys.rename('Tjänstedatorn', 'Min dator');
    await passkeys.open();
    await expect(passkeys.key('Min dator')).toBeVisible();

    await device.touches(false);
    await context.clearCookies();
    await tab.visit('/profile/data');
    await looksRight(tab);
    await device.touches(true);
    await signIn.passkey().click();
    await expect(page, 'the page that the person asked for').toHaveURL('/profile/data');
    await device.touches(false);
    await context.clearCookies();
    await signIn.open();
    await device.verifies(false);
    await device.touches(true);
    await signIn.passkey().click();
    await expect(page.getByText(say.noPasskeyCame), 'the authenticator has not verified its user').toBeVisible();

    // The page offers the passkey in the field, and a touch is enough.
    await device.touches(false);
    await tab.visit('/help');
    await device.verifies(true);
    await device.touches(true);
    await page.goto(SignIn.path);
    await home.reached();
    await passkeys.open();
    await passkeys.remove('Min dator').click();
    await expect(page.getByText(say.passkeyRemoved, { exact: true })).toBeVisible();
    await expect(passkeys.key('Min dator')).not.toBeVisible();
    await device.touches(false);
    await context.clearCookies();
    await signIn.open();
    await device.touches(true);
    await signIn.passkey().click();
    await expect(page.getByText(say.passkeyUnused), 'the owner has removed it').toBeVisible();
    await device.touches(false);
    await signIn.as();
    await home.reached();
  });

  test('the owner uses a passkey as the second factor, alone or beside a code app', { tag: '@look' }, async ({
    page,
    context,
    portal,
    tab,
    setUp,
    signIn,
    signInCode,
    secondFactor,
    passkeys,
    home,
    say,
  }) => {
    const device = await Authenticator.of(page);
    await setUp.byCall(portal);
    await passkeys.byPage('Telefonen');
    await device.touches(false);
    await context.clearCookies();
    await signIn.open();
    await signIn.as();
    await expect(page).toHaveURL(about(SignInCode.path));
    await tab.ready();
    await expect(signInCode.code(), 'the owner has no code app').not.toBeVisible();
    await looksRight(tab);
    await device.touches(true);
    await signInCode.passkey().click();
    await home.reached();
    const { secret } = await beside(tab, secondFactor, say);
    await device.touches(false);
    await context.clearCookies();
    await signIn.open();
    await signIn.as();
    await expect(signInCode.code()).toBeVisible();
    await tab.ready();
    await looksRight(tab);
    await device.touches(true);
    await signInCode.passkey().click();
    await home.reached();
    await device.touches(false);
    await context.clearCookies();
    await signIn.open();
    await signIn.as();
    await tab.ready();
    await signInCode.enter(totp(secret, 1));
    await home.reached();
  });

  test('a member without the demanded passkey adds one before any page opens', { tag: '@look' }, async ({
    portal,
    anotherBrowser,
    setUp,
    policy,
    language,
  }) => {
    await setUp.byCall(portal);
    portal.import([{ ...imported, language }]);
    await policy.open();
    await policy.demandOfAll(2).check();
    await policy.tryOut('grace_days', '0');
    await policy.confirmed(2).check();
    await policy.save('NIS2');
    await expect(policy.saved()).toBeVisible();
    const theirs = await anotherBrowser();
    const device = await Authenticator.of(theirs.page);
    const [signIn, enrol] = [new SignIn(theirs), new Enrol(theirs)];
    await device.touches(false);
    await theirs.visit('/profile/data');
    await signIn.as(imported);
    await expect(theirs.page).toHaveURL(about(Enrol.path, '&next=%2Fprofile%2Fdata'));
    await theirs.ready();
    await expect(enrol.code(), 'the organisation accepts no code app').not.toBeVisible();
    await looksRight(theirs);
    await device.touches(true);
    await enrol.passkey().click();
    await expect(enrol.codes()).toHaveCount(10);
    await enrol.goOn().click();
    await expect(theirs.page, 'the page that the person asked for').toHaveURL('/profile/data');
  });

  test('an owner without a password signs in with the passkey, and needs it beside the mailed link for a new password', async ({
    page,
    context,
    portal,
    post,
    tab,
    setUp,
    signIn,
    forgot,
    passkeys,
    home,
    say,
  }) => {
    const device = await Authenticator.of(page);
    await setUp.byCall(portal);
    await passkeys.byPage('Telefonen');
    await passkeys.goWithout().click();
    await expect(page.getByText(say.passwordRemoved, { exact: true })).toBeVisible();
    await expect(page.getByText(say.noPassword)).toBeVisible();
    await device.touches(false);
    await context.clearCookies();
    await signIn.open();
    await signIn.as();
    await expect(page.getByText(say.wrong)).toBeVisible();
    await device.touches(true);
    await signIn.passkey().click();
    await home.reached();
    await device.touches(false);
    await context.clearCookies();
    await forgot.open();
    await forgot.ask(owner.email);
    await tab.visit(linkIn(await post.receives(owner.email, say.resetMail)));
    const reset = new Reset(tab);
    await reset.password().fill('en helt annan mening');
    await device.touches(true);
    await page.getByRole('button', { name: say.showPasskey, exact: true }).click();
    await expect(page.getByText(say.passkeyShown)).toBeVisible();
    await reset.send().click();
    await home.reached();
  });
});

test.describe('the owner confirms who they are', () => {
  test.use({ build: 'qa' });

  test('by a passkey, in place, and the act goes on by itself', { tag: '@script' }, async ({ page, portal, tab, setUp, passkeys, say }) => {
    const device = await Authenticator.of(page);
    await setUp.byCall(portal);
    await passkeys.byPage('Telefonen');
    portal.setClockAhead(11 * 60);
    await passkeys.open();
    await passkeys.remove('Telefonen').click();
    await expect(page.getByText(say.confirmIt)).toBeVisible();
    await tab.ready();
    await looksRight(tab);
    await passkeys.prove().click();
    await expect(page.getByText(say.passkeyRemoved, { exact: true })).toBeVisible();
    await expect(passkeys.key('Telefonen')).not.toBeVisible();
  });

  test('by the password, in place, and the form keeps its input', async ({ page, portal, tab, setUp, policy, say }) => {
    await setUp.byCall(portal);
    await policy.open();
    portal.setClockAhead(11 * 60);
    await policy.tryOut('min_digits', '2');
    await policy.save('Beslut 2026/418');
    await expect(page.getByText(say.confirmIt)).toBeVisible();
    await tab.ready();
    await accessible(tab);
    await expect(policy.rule('min_digits')).toHaveValue('2');
    await expect(policy.reason()).toHaveValue('Beslut 2026/418');
    await page.getByLabel(say.yourPassword, { exact: true }).fill('fel lösenord helt och hållet');
    await policy.saveAgain();
    await expect(tab.alert()).toContainText(say.wrongPassword);
    await tab.ready();
    await page.getByLabel(say.yourPassword, { exact: true }).fill(owner.password);
    await policy.saveAgain();
    await expect(policy.saved()).toBeVisible();
    await expect(policy.rule('min_digits')).toHaveValue('2');
  });
});

test.describe('the owner confirms who they are for one of several buttons', () => {
  test.use({ build: 'qa' });

  test('and Enter presses that button and no other', async ({ page, portal, tab, anotherBrowser, setUp, signInAs, users, user, language, scripts, say }) => {
    await setUp.byCall(portal);
    portal.import([{ ...imported, language }]);
    const theirs = await anotherBrowser();
    await signInAs(imported, theirs);
    await new SecondFactor(theirs).byCall(portal);
    portal.setClockAhead(11 * 60);
    await users.open('?q=karim');
    await users.row(imported.name).getByRole('rowheader').getByRole('link').click();
    await expect(page).toHaveURL(/\/admin\/users\/[0-9a-f-]{36}$/);
    await tab.ready();
    await user.reason().fill('Telefonen är borta');
    await user.act(say.resetTwoFactor).click();
    await expect(page.getByText(say.confirmIt)).toBeVisible();
    await tab.ready();
    const proof = page.getByLabel(say.yourPassword, { exact: true });
    await proof.fill(owner.password);
    await proof.press('Enter');
    // Without a script Enter does nothing, because only the page's own button knows which one was pressed.
    if (!scripts) await page.getByRole('button', { name: say.proveAndGoOn, exact: true }).click();
    await expect(user.said(say.twoFactorReset)).toBeVisible();
  });
});

test('an owner whose browser runs no script uses a recovery code instead of the passkey', async ({ browser, page, portal, tab, language, baseURL, setUp, signIn, signInAs, signInCode, passkeys, home, scripts, say }) => {
  test.skip(scripts, 'a browser that runs scripts uses the passkey');
  await setUp.byCall(portal);
  await passkeys.open();
  await expect(page.getByText(say.addingNeedsScript)).toBeVisible();
  // The owner adds the passkey in another browser, which runs scripts.
  const context = await browser.newContext({ baseURL, javaScriptEnabled: true, locale: language === 'sv' ? 'sv-SE' : 'en-GB' });
  const theirs = new Tab(await context.newPage(), language, true);
  await Authenticator.of(theirs.page);
  await signInAs(owner, theirs);
  const other = new Passkeys(theirs);
  await other.byPage('Telefonen');
  const recovery = await other.codes().allTextContents();
  await context.close();
  await signIn.open();
  await signIn.as();
  await expect(page).toHaveURL(about(SignInCode.path));
  await expect(page.getByText(say.passkeyNeedsScript)).toBeVisible();
  await looksRight(tab);
  await signInCode.recover(recovery[0]!);
  await home.reached();
  await passkeys.open();
  await expect(passkeys.key('Telefonen')).toBeVisible();
  await passkeys.rename('Telefonen', 'Min telefon');
  await looksRight(tab);
  await passkeys.remove('Min telefon').click();
  await expect(page.getByText(say.passkeyRemoved, { exact: true })).toBeVisible();
});

/** Sets a code app up beside the passkey. */
async function beside(tab: Tab, secondFactor: SecondFactor, say: Tab['say']): Promise<{ secret: string }> {
  await secondFactor.open();
  await tab.page.getByRole('button', { name: say.connectApp, exact: true }).click();
  await expect(secondFactor.qr()).toBeVisible();
  await tab.ready();
  const secret = await secondFactor.secret();
  await secondFactor.code().fill(totp(secret));
  await secondFactor.turnOn().click();
  await expect(secondFactor.codes()).toHaveCount(10);
  return { secret };
}
