import { join } from 'node:path';
import { Organisation, SignIn } from '../../kit/pages';
import { expect, owner, test } from '../../kit/test';

const logo = join(import.meta.dirname, '../../files/logo.png');
const text = { name: 'logo.png', mimeType: 'image/png', buffer: Buffer.from('<svg onload="alert(1)"/>') };

test.describe('the administrator of an organisation', () => {
  test.use({ server: 'fresh' });

  test('sets its name, colour and logo, and its sign-in page shows them', async ({
    page,
    context,
    portal,
    tab,
    setUp,
    organisation,
    signIn,
    home,
    forgot,
    say,
  }) => {
    await setUp.byCall(portal);
    await organisation.open();
    await expect(organisation.name()).toHaveValue(owner.organisation);
    await expect(organisation.accent()).toHaveValue('#125e45');
    await organisation.name().fill('Nordhamn kommun');
    await organisation.accent().fill('#1a5998');
    await organisation.domains().fill('nordhamn.example\ngmail.com');
    await organisation.securityContact().fill('it@nordhamn.example');
    await organisation.save();
    await expect(page.getByText(say.publicDomain)).toBeVisible();
    await expect(organisation.accent()).toHaveValue('#1a5998');
    await tab.ready();
    await organisation.domains().fill('nordhamn.example\nåmål.example');
    await organisation.save();
    await expect(organisation.saved()).toBeVisible();
    await tab.ready();
    await expect(organisation.domains()).toHaveValue('nordhamn.example\nxn--ml-xiab.example');
    await expect(page.getByRole('banner')).toContainText('Nordhamn kommun');

    await organisation.upload(text);
    await expect(page.getByText(say.noPng)).toBeVisible();
    await organisation.upload(logo);
    await expect(organisation.logoChanged()).toBeVisible();
    const shown = page.getByRole('banner').locator('img.tenant-logo').last();
    await expect(shown).toHaveJSProperty('naturalWidth', 160);

    const address = (await organisation.signInPage().getAttribute('href'))!;
    await context.clearCookies();
    await tab.visit(address);
    const worn = async () => {
      await expect(page.locator('.gate-head')).toContainText('Nordhamn kommun');
      await expect(page.locator('.gate-head img')).toHaveJSProperty('naturalWidth', 160);
      const arch = await page.locator('.gate').evaluate(gate => getComputedStyle(gate, '::before').borderTopColor);
      expect(arch).toMatch(/^oklch\(0\.4[0-9]* 0\.1[0-9]* 25[0-9]/);
    };
    await worn();
    await signIn.as({ email: owner.email, password: 'fel' });
    await expect(tab.alert()).toBeVisible();
    await worn();
    await signIn.forgotten().click();
    await tab.ready();
    await expect(forgot.heading()).toBeVisible();
    await worn();
    await tab.visit(address);
    await signIn.as();
    await home.reached();
    await expect(page.getByRole('banner').locator('img.tenant-logo')).toHaveJSProperty('naturalWidth', 160);

    await organisation.open();
    await organisation.removeLogo();
    await expect(organisation.saved()).toBeVisible();
    await expect(page.locator('img.tenant-logo')).toHaveCount(0);
  });

  test('learns that another administrator has saved in the meantime, and sees both versions', async ({
    portal,
    tab,
    anotherTab,
    setUp,
    organisation,
  }) => {
    await setUp.byCall(portal);
    await organisation.open();
    const other = new Organisation(await anotherTab());
    await other.open();
    await other.securityContact().fill('first@nordhamn.example');
    await other.save();
    await expect(other.saved()).toBeVisible();

    await organisation.name().fill('Nordhamns kommun');
    await organisation.securityContact().fill('second@nordhamn.example');
    await organisation.save();
    await expect(organisation.conflict()).toBeVisible();
    await expect(tab.page.getByRole('row').filter({ hasText: 'first@nordhamn.example' })).toContainText('second@nordhamn.example');
    await expect(organisation.securityContact()).toHaveValue('second@nordhamn.example');
    await tab.ready();
    await organisation.save();
    await expect(organisation.saved()).toBeVisible();
    await other.open();
    await expect(other.securityContact()).toHaveValue('second@nordhamn.example');
    await expect(other.name()).toHaveValue('Nordhamns kommun');
  });
});

test('an unknown short name in the address shows the operator’s sign-in page', async ({ page, tab, signIn }) => {
  await tab.visit(`${SignIn.path}?tenant=nobody`);
  await expect(page.locator('.gate-head')).toContainText(owner.organisation);
  await expect(signIn.forgotten()).toHaveAttribute('href', '/forgot');
});

test('every visitor opens help, accessibility and personal data from the foot of a page', async ({ page, tab, signInAs, home, say }) => {
  for (const isIn of [false, true]) {
    if (isIn) {
      await signInAs();
      await home.open();
    } else {
      await tab.visit(SignIn.path);
    }
    const from = page.url();
    for (const name of say.papers) {
      await page.getByRole('contentinfo').getByRole('link', { name, exact: true }).click();
      await tab.ready();
      await expect(tab.heading()).toHaveText(name);
      if (isIn || name !== say.papers[0]) await expect(page.locator('main')).toContainText(owner.organisation);
      await page.goto(from);
      await tab.ready();
    }
  }
});
