import { Profile } from '../../kit/pages';
import { expect, owner, test } from '../../kit/test';
import { words } from '../../kit/words';

test.use({ server: 'fresh' });

test('the owner’s new name shows on the page at once and after a reload', async ({
  page,
  tab,
  portal,
  setUp,
  home,
  profile,
  say,
}) => {
  await setUp.byCall(portal);
  await home.open();
  await home.profileLink().first().click();
  await expect(page).toHaveURL(Profile.path);
  await tab.ready();
  await expect(profile.heading()).toHaveText(say.myProfile);
  await expect(profile.name()).toHaveValue(owner.name);
  await profile.name().fill('x'.repeat(65));
  await profile.save();
  await expect(page.getByText(say.tooLong)).toBeVisible();
  await expect(profile.name()).toHaveValue('x'.repeat(65));
  await tab.ready();
  await profile.name().fill(' Anna Öberg ');
  await profile.timeZone().selectOption('Pacific/Auckland');
  await profile.save();
  await expect(profile.saved()).toBeVisible();
  await tab.ready();
  await profile.open();
  await expect(profile.saved()).toHaveCount(0);
  await expect(profile.name()).toHaveValue('Anna Öberg');
  await expect(profile.timeZone()).toHaveValue('Pacific/Auckland');
  await expect(home.account()).toContainText('Anna Öberg');
});

test('the owner’s late save overwrites nothing and shows both versions', async ({
  page,
  portal,
  anotherTab,
  setUp,
  profile,
  say,
}) => {
  await setUp.byCall(portal);
  await profile.open();
  const late = new Profile(await anotherTab());
  await late.open();
  await profile.name().fill('Anna Först');
  await profile.save();
  await expect(profile.saved()).toBeVisible();

  await late.name().fill('Anna Sist');
  await late.timeZone().selectOption('Asia/Tokyo');
  await late.save();
  await expect(late.conflict()).toBeVisible();
  await expect(late.differs(say.profileName)).toContainText(/Anna Först.*Anna Sist/);
  await expect(late.differs(say.timeZone)).toContainText(/Europe\/Stockholm.*Asia\/Tokyo/);
  await expect(late.differs(say.profileLanguage)).toHaveCount(0);
  await expect(late.name()).toHaveValue('Anna Sist');
  await expect(late.timeZone()).toHaveValue('Asia/Tokyo');
  await profile.open();
  await expect(profile.name()).toHaveValue('Anna Först');

  // The owner has seen both versions and decides: by saving again, or by the link.
  await late.tab.ready();
  await late.save();
  await expect(late.saved()).toBeVisible();
  await page.reload();
  await expect(profile.name()).toHaveValue('Anna Sist');
  await profile.tab.ready();
  // A new page, because the old one would still show its earlier notice.
  await late.open();
  await late.name().fill('Anna Tredje');
  await late.save();
  await expect(late.saved()).toBeVisible();
  await profile.name().fill('Anna Fjärde');
  await profile.save();
  await expect(profile.conflict()).toBeVisible();
  await profile.tab.ready();
  await page.getByRole('link', { name: say.keepStored }).click();
  await expect(profile.conflict()).toHaveCount(0);
  await expect(profile.name()).toHaveValue('Anna Tredje');
});

test('the owner’s new language loads the page again, and wins over the one chosen in the browser', async ({
  page,
  tab,
  portal,
  setUp,
  profile,
  language,
}) => {
  const other = language === 'sv' ? 'en' : 'sv';
  await setUp.byCall(portal);
  await tab.visit(`/?lang=${language}`);
  await profile.open();
  await profile.language().selectOption(other);
  await page.evaluate(() => ((window as { mark?: boolean }).mark = true));
  await profile.save();
  const there = new Profile(tab.in(other));
  await expect(there.saved()).toBeVisible();
  expect(await page.evaluate(() => (window as { mark?: boolean }).mark)).toBeUndefined();
  await expect(page.locator('html')).toHaveAttribute('lang', other);
  await tab.ready();
  await expect(there.heading()).toHaveText(words[other].myProfile);
  await tab.visit('/');
  await expect(page.locator('html')).toHaveAttribute('lang', other);
});
