import { accessible, fits, looksRight } from '../../kit/look';
import { about, Enrol, Home, Policy, Renew, SignIn, SignInCode } from '../../kit/pages';
import { expect, imported, owner, test } from '../../kit/test';
import { totp, wrongTotp } from '../../kit/totp';

test.use({ server: 'fresh' });

const digits = 'granit fyr vinterljus 4711';

test('the owner sees the effect of a rule before saving it, and the member meets that effect', async ({
  page,
  portal,
  tab,
  anotherBrowser,
  setUp,
  policy,
  language,
  say,
}) => {
  await setUp.byCall(portal);
  portal.import([{ ...imported, language }]);
  await policy.open();
  await looksRight(tab);
  await policy.tryOut('min_digits', '3');
  await expect(policy.affected(say.passwordsBefore)).toContainText(/^2/);
  await expect(policy.setting('min_digits')).toContainText('0');
  await tab.ready();
  await policy.affected(say.passwordsBefore).locator('summary').click();
  await expect(policy.affected(say.passwordsBefore).getByText(imported.name)).toBeVisible();
  await looksRight(tab);
  await policy.save('');
  await expect(page.getByText(say.empty)).toBeVisible();
  await expect(policy.rule('min_digits'), 'a refusal keeps the typed value').toHaveValue('3');
  await tab.ready();
  await policy.save('Beslut 2026/418');
  await expect(policy.saved()).toBeVisible();
  await tab.ready();
  await expect(policy.rule('min_digits')).toHaveValue('3');

  const theirs = await anotherBrowser();
  const signIn = new SignIn(theirs);
  const renew = new Renew(theirs);
  await theirs.visit('/profile/data');
  await signIn.as(imported);
  await expect(theirs.page).toHaveURL(about(Renew.path, '&next=%2Fprofile%2Fdata'));
  await theirs.ready();
  await looksRight(theirs);
  await expect(renew.rules()).toBeVisible();
  await renew.choose('en mening utan några siffror');
  await expect(theirs.page.getByText(say.digits(3)).first()).toBeVisible();
  await expect(theirs.page).toHaveURL(/\/sign-in\/password/);
  await theirs.ready();
  await renew.choose(digits);
  await expect(theirs.page, 'the page that the member asked for').toHaveURL('/profile/data');
  await theirs.visit('/profile/security');
  const rules = theirs.page.getByRole('region', { name: say.rulesForYou });
  await expect(rules).toContainText(owner.organisation);
  await accessible(theirs);
  await theirs.page.context().clearCookies();
  await signIn.open();
  await signIn.as({ ...imported, password: digits });
  await new Home(theirs).reached();
});

test('the portal refuses a rule below its floor and marks the field', async ({ page, portal, tab, setUp, policy, say }) => {
  await setUp.byCall(portal);
  await policy.open();
  await policy.tryOut('min_length_alone', '14');
  await expect(policy.setting('min_length_alone')).toContainText(say.fromTo(15, 64));
  await expect(policy.effect()).toContainText(say.countedAnew);
  await tab.ready();
  await policy.save('Kortare');
  await expect(policy.setting('min_length_alone')).toContainText(say.fromTo(15, 64));
  await expect(policy.rule('min_length_alone')).toHaveValue('14');
  await expect(policy.reason()).toHaveValue('Kortare');
  if (tab.scripts) await expect(policy.rule('min_length_alone')).toBeFocused();
  await tab.ready();
  await accessible(tab);
  await policy.rule('min_length_alone').fill('15');
  await policy.save('Kortare');
  await expect(page.getByText(say.nothingChanged, { exact: true })).toBeVisible();
  await policy.open();
  await expect(policy.rule('min_length_alone')).toHaveValue('15');
});

test('an owner who saves too late sees what differs, and decides', async ({ portal, tab, anotherTab, setUp, policy, say }) => {
  await setUp.byCall(portal);
  await policy.open();
  const late = new Policy(await anotherTab());
  await late.open();
  await policy.rule('idle_minutes').fill('30');
  await policy.save('Öppet landskap');
  await expect(policy.saved()).toBeVisible();
  await tab.ready();

  await late.rule('history').fill('3');
  await late.demandOfAll().check();
  await late.save('Beslut 2026/418');
  await expect(late.conflict()).toBeVisible();
  await expect(late.changedBy(), 'who has saved in the meantime').toContainText(owner.name);
  await expect(late.differs(say.notAgain)).toContainText(/0.*3/);
  await expect(late.differs(say.idleEnd).first()).toContainText(/30.*60/);
  await expect(late.differs(say.twoFactor).first()).toContainText(say.required);
  await expect(late.differs(say.minDigits)).toHaveCount(0);
  await expect(late.reason()).toHaveValue('Beslut 2026/418');
  await late.tab.ready();
  if (!late.tab.scripts) {
    await expect(late.effect()).toContainText(say.notCounted);
    await late.showEffect();
  }
  await expect(late.effect(), 'sessions would last longer than the other save allows').toContainText(say.getsWeaker);
  await late.tab.ready();
  await looksRight(late.tab);
  await policy.open();
  await expect(policy.rule('history'), 'the late save has overwritten nothing').toHaveValue('0');
  await late.rule('idle_minutes').fill('30');
  await late.saveAgain();
  await expect(late.saved()).toBeVisible();
  await expect(late.conflict()).toHaveCount(0);
  await policy.open();
  await expect(policy.rule('idle_minutes')).toHaveValue('30');
  await expect(policy.rule('history')).toHaveValue('3');
});

test('the owner confirms how many people may be locked out before the rule is saved', async ({
  page,
  portal,
  tab,
  setUp,
  policy,
  home,
  language,
  say,
}) => {
  await setUp.byCall(portal);
  portal.import([{ ...imported, language }]);
  await policy.open();
  await policy.demandOfAll(2).check();
  await policy.tryOut('grace_days', '7');
  await expect(policy.affected(say.lockedOut)).toContainText(/^0/);
  await expect(page.getByRole('checkbox')).toHaveCount(0);
  await tab.ready();
  // Without a script the owner has not asked for this rule's effect.
  await policy.rule('grace_days').fill('0');
  await policy.save('NIS2');
  await expect(policy.confirmed(2)).toBeVisible();
  await expect(policy.effect().locator('.error')).toContainText(say.mayBeLockedOut(2));
  await expect(policy.confirmed(2)).toHaveAccessibleDescription(new RegExp(say.mayBeLockedOut(2)));
  await expect(policy.confirmed(2)).not.toBeChecked();
  await expect(policy.rule('grace_days')).toHaveValue('0');
  await expect(policy.reason()).toHaveValue('NIS2');
  if (tab.scripts) await expect(policy.confirmed(2)).toBeFocused();
  await tab.ready();
  if (!tab.scripts) await policy.showEffect();
  await expect(policy.affected(say.lockedOut)).toContainText(/^2/);
  await tab.ready();
  await policy.affected(say.lockedOut).locator('summary').click();
  await expect(policy.affected(say.lockedOut).getByText(imported.name)).toBeVisible();
  await looksRight(tab);
  await policy.confirmed(2).check();
  // A refusal for another reason keeps the confirmation.
  await policy.save('');
  await expect(page.getByText(say.empty)).toBeVisible();
  await expect(policy.confirmed(2)).toBeChecked();
  await tab.ready();
  await policy.save('NIS2');
  await expect(policy.saved()).toBeVisible();
  await tab.ready();
  await policy.save('Vi ger dem tid');
  await expect(page.getByText(say.nothingChanged, { exact: true })).toBeVisible();
  await tab.ready();
  await policy.rule('grace_days').fill('7');
  await policy.save('Vi ger dem tid');
  // The notice of the earlier save stays until the new one is answered, so the empty field is waited for first.
  await expect(policy.reason()).toHaveValue('');
  await expect(policy.saved()).toBeVisible();
  await home.open();
  await expect(page.getByText(say.passkeyWithinDays(7))).toBeVisible();
});

test('a confirmation survives a failed count, and is dropped when it would cover other people', { tag: '@script' }, async ({
  page,
  portal,
  tab,
  setUp,
  policy,
  language,
  say,
}) => {
  await setUp.byCall(portal);
  portal.import([{ ...imported, language }]);
  await policy.open();
  await policy.rule('grace_days').fill('0');
  await policy.rule('administrative_second_factor').selectOption('2');
  await policy.confirmed(1).check();
  await policy.rule('administrative_second_factor').selectOption('');
  await expect(page.getByRole('checkbox')).toHaveCount(0);
  await policy.rule('administrative_second_factor').selectOption('2');
  await expect(policy.confirmed(1), 'the page never ticks it by itself').not.toBeChecked();
  await policy.confirmed(1).check();
  await policy.demandOfAll(2).check();
  await expect(policy.confirmed(2), 'another person may be locked out now').not.toBeChecked();
  await policy.confirmed(2).check();
  await page.route('**/rpc/show_policy_effect', route => route.abort());
  await policy.rule('min_digits').fill('1');
  await expect(policy.effect()).toContainText(say.notCounted);
  await expect(policy.confirmed(2)).toBeChecked();
  await policy.save('NIS2');
  await expect(policy.saved()).toBeVisible();
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test('the bar at the foot of the window shows the effect of a change, and saves it', async ({ page, portal, tab, setUp, policy, say }) => {
    await setUp.byCall(portal);
    await policy.open();
    await expect(policy.bar()).toHaveCount(0);
    await policy.tryOut('min_digits', '3');
    await expect(policy.bar()).toContainText(say.onePersonActs);
    await expect(policy.bar()).toContainText(say.nobodyLockedOut);
    await tab.ready();
    await expect(policy.bar()).toBeInViewport({ ratio: 1 });
    await fits(tab);
    await accessible(tab);
    for (let i = 0; i < 8; i++) {
      await page.keyboard.press('Tab');
      const ends = await page.locator(':focus').boundingBox();
      const bar = (await policy.bar().boundingBox())!;
      expect(ends!.y + ends!.height, 'the bar does not cover the focused element').toBeLessThanOrEqual(bar.y);
    }
    await policy.bar().getByRole('link').click();
    await expect(policy.affected(say.passwordsBefore)).toBeInViewport();
    await policy.reason().fill('Beslut 2026/418');
    await policy.bar().getByRole('button').click();
    await expect(policy.saved()).toBeVisible();
  });
});

test('the portal keeps every version, and the owner restores a weaker one with its warning', async ({ page, portal, post, tab, setUp, policy, say }) => {
  await setUp.byCall(portal);
  await policy.open('/versions');
  await looksRight(tab);
  for (const [minutes, reason] of [
    ['30', 'Öppet landskap'],
    ['15', 'Mässa'],
  ] as const) {
    await policy.open();
    await policy.rule('idle_minutes').fill(minutes);
    await policy.save(reason);
    await expect(policy.saved()).toBeVisible();
    await tab.ready();
  }
  await policy.versions().click();
  await expect(policy.version(1)).toContainText('Mässa');
  await expect(policy.version(1)).toContainText(owner.name);
  await expect(policy.version(2)).toContainText('Öppet landskap');
  await tab.ready();
  await looksRight(tab);
  await policy.restore(2).click();
  await expect(page).toHaveURL(`${Policy.path}?version=1`);
  await tab.ready();
  await expect(page.getByText(say.aProposal)).toBeVisible();
  await expect(policy.rule('idle_minutes')).toHaveValue('30');
  await expect(policy.effect()).toContainText(say.getsWeaker);
  await policy.save('Mässan är slut');
  await expect(policy.saved()).toBeVisible();
  await post.receives(owner.email, say.policyMail(owner.organisation));
  await policy.open('?profile=classic');
  await expect(policy.rule('max_age_days')).not.toHaveValue('0');
  await looksRight(tab);
});

test('a member without the demanded second factor sets it up before they are signed in', async ({
  page,
  portal,
  tab,
  anotherBrowser,
  setUp,
  policy,
  home,
  secondFactor,
  language,
  say,
}) => {
  await setUp.byCall(portal);
  portal.import([{ ...imported, language }]);
  await policy.open();
  await policy.demandOfAll().check();
  await policy.tryOut('grace_days', '7');
  await expect(policy.affected(say.mustTurnOn)).toContainText(/^2/);
  await tab.ready();
  await policy.save('NIS2');
  await expect(policy.saved()).toBeVisible();
  await home.open();
  await expect(page.getByText(say.withinDays(7))).toBeVisible();
  await accessible(tab);
  await policy.open();
  await policy.rule('min_digits').fill('3');
  await policy.tryOut('grace_days', '0');
  await expect(policy.affected(say.mustTurnOn), 'both people’s days are over').toContainText(/^2/);
  await tab.ready();
  await policy.save('Genast');
  await expect(policy.saved()).toBeVisible();

  const theirs = await anotherBrowser();
  const signIn = new SignIn(theirs);
  const enrol = new Enrol(theirs);
  await theirs.visit('/profile/data');
  await signIn.as(imported);
  await expect(theirs.page).toHaveURL(about(Enrol.path, '&next=%2Fprofile%2Fdata'));
  await theirs.ready();
  await looksRight(theirs);
  const begun = theirs.page.url();
  await theirs.visit('/profile/data');
  await expect(theirs.page, 'no other page opens').toHaveURL(/\/sign-in/);
  await theirs.visit(begun);
  const secret = await enrol.secret();
  await enrol.enter(wrongTotp(secret));
  await expect(theirs.page.getByText(say.wrongCode)).toBeVisible();
  await theirs.ready();
  expect(await enrol.secret()).toBe(secret);
  await enrol.enter(totp(secret));
  await expect(enrol.codes()).toHaveCount(10);
  await theirs.ready();
  await looksRight(theirs);
  await enrol.goOn().click();
  await expect(theirs.page, 'the password has too few digits as well').toHaveURL(about(Renew.path, '&next=%2Fprofile%2Fdata'));
  await theirs.ready();
  await new Renew(theirs).choose(digits);
  await expect(theirs.page, 'the page that the member asked for').toHaveURL('/profile/data');
  await theirs.page.context().clearCookies();
  await signIn.open();
  await signIn.as({ ...imported, password: digits });
  await expect(theirs.page).toHaveURL(about(SignInCode.path));
  await theirs.ready();
  await new SignInCode(theirs).enter(totp(secret, 1));
  await new Home(theirs).reached();
  // The owner who demands the second factor needs one as well.
  await secondFactor.byPage();
  await home.open();
  await expect(page.getByText(say.turnOnTwoFactor)).toHaveCount(0);
});
