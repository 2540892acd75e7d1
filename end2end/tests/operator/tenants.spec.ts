import { Tenant } from '../../kit/pages';
import { linkIn } from '../../kit/post';
import { expect, owner, test } from '../../kit/test';

const karim = { name: 'Karim Bensaid', email: 'karim.bensaid@nordhamn.example', password: 'en helt annan mening' };
const nordhamn = { organisation: 'Nordhamns kommun', ...karim };

test.describe('a customer', () => {
  test.use({ server: 'fresh' });

  test('is made, signs in, and is suspended, restored and ended by the operator', async ({
    page,
    context,
    portal,
    post,
    tab,
    setUp,
    signIn,
    signInAs,
    home,
    invitation,
    tenants,
    newTenant,
    tenant,
    anotherTab,
    say,
  }) => {
    await setUp.byCall(portal);
    await home.open();
    await home.account().click();
    await home.customersLink().click();
    await expect(tenants.heading()).toContainText(say.organisations);
    await tab.ready();
    await page.getByRole('link', { name: say.newCustomer }).click();
    await expect(newTenant.heading()).toHaveText(say.newCustomer);
    await tab.ready();
    await newTenant.shortName().fill('Nordhamn!');
    await newTenant.make(nordhamn);
    await expect(page.getByText(say.notAShortName)).toBeVisible();
    await tab.ready();
    await newTenant.shortName().fill('mardby-systems-ab');
    await newTenant.send().click();
    await expect(page.getByText(say.taken, { exact: true })).toBeVisible();
    await tab.ready();
    await newTenant.shortName().fill('');
    await newTenant.send().click();
    const path = await tenant.reached(nordhamn.organisation);
    await expect(page.getByText('nordhamns-kommun', { exact: true })).toBeVisible();
    const link = linkIn(await post.receives(karim.email, say.invitationMail(nordhamn.organisation)));

    await context.clearCookies();
    await invitation.open(link);
    await invitation.register(karim.name, karim.password);
    await expect(home.heading()).toHaveText(say.greeting('Karim'));
    expect((await tab.visitMissing('/operator/tenants')).status(), 'closed to a customer').toBe(404);

    const asStaff = async () => {
      await context.clearCookies();
      await signInAs(owner);
      await tab.visit(path);
    };
    const comes = async () => {
      await context.clearCookies();
      await signIn.open();
      await signIn.as(karim);
    };
    await asStaff();
    await tenant.suspend('');
    await expect(page.getByText(say.empty)).toBeVisible();
    await tab.ready();
    await tenant.suspend('Obetald faktura');
    await expect(tenant.notice(say.organisationSuspended)).toBeVisible();
    await expect(page.getByText('Obetald faktura')).toBeVisible();
    await comes();
    await expect(page.getByText(say.accountSuspended)).toBeVisible();

    await asStaff();
    const stale = new Tenant(await anotherTab());
    await stale.tab.visit(path);
    await tenant.restore();
    await expect(tenant.suspendButton()).toBeVisible();
    await stale.restore();
    await expect(stale.suspendButton(), 'the stale page shows the restored organisation').toBeVisible();
    await comes();
    await home.reached();

    await asStaff();
    await tenant.end('nordhamn');
    await expect(page.getByText(say.notTheSame)).toBeVisible();
    await tab.ready();
    await tenant.end('nordhamns-kommun');
    await expect(tenant.notice(say.isEnding)).toBeVisible();
    await comes();
    await expect(page.getByText(say.accountSuspended)).toBeVisible();
  });
});

test.describe('the list of customers', () => {
  test.use({ server: 'demo' });

  test('can be searched and filtered by the operator', async ({ page, portal, tab, signInAs, tenants, tenant, say }) => {
    await signInAs(await portal.person('Mårdby Systems AB', 'administrator'));
    await tenants.open();
    await expect(tenants.row('Nordhamn kommun')).toContainText(say.contractActive);
    await tenants.search('nordhamn');
    await expect(page.locator('tbody tr')).toHaveCount(1);
    await tenants.only(say.contractSuspended);
    await expect(tenants.noMatch()).toBeVisible();
    await tenants.only(say.contractActive);
    await tenants.row('Nordhamn kommun').getByRole('link').click();
    await tenant.reached('Nordhamn kommun');
    await tab.visitMissing('/operator/tenants/00000000-0000-0000-0000-000000000007');
    await expect(page.getByRole('heading', { name: say.notFound })).toBeVisible();
  });

  test('is closed to a customer’s owner and administrator', async ({ portal, tab, signInAs, home, tenants }) => {
    await signInAs(await portal.person('Mårdby Systems AB', 'owner'));
    await tenants.open();
    const path = await tenants.row('Nordhamn kommun').getByRole('link').getAttribute('href');
    for (const [organisation, role] of [['Nordhamn kommun', 'owner'], ['Nordhamn kommun', 'administrator']] as const) {
      await signInAs(await portal.person(organisation, role));
      await home.open();
      await home.account().click();
      await expect(home.customersLink()).toHaveCount(0);
      for (const page of ['/operator/tenants', '/operator/tenants/new', '/operator/mail', path!]) {
        expect(await tab.status(page), `${role} ${page}`).toBe(404);
      }
    }
  });
});
