import { Home, SignIn } from '../../kit/pages';
import { linkIn } from '../../kit/post';
import { expect, owner, test } from '../../kit/test';

test.use({ server: 'fresh' });

const clara = { name: 'Clara Ström', email: 'clara.strom@nordhamn.example', password: 'en helt annan mening' };
const nordhamn = { organisation: 'Nordhamns kommun', ...clara };

test('a guest switches to the other organisation, where a page of the first one changes nothing', async ({
  page,
  portal,
  post,
  tab,
  anotherTab,
  anotherBrowser,
  language,
  setUp,
  signInAs,
  home,
  newTenant,
  invitation,
  invitations,
  say,
  context,
}) => {
  await setUp.byCall(portal);
  await newTenant.byCall(portal, nordhamn);
  const { request: hers } = (await anotherBrowser()).page.context();
  await hers.get(linkIn(await post.receives(clara.email, say.invitationMail(nordhamn.organisation))));
  await portal.call(hers, 'register', { name: clara.name, password: clara.password });
  await portal.call(hers, 'invite', { email: owner.email, name: '', role: 'administrator', language });

  await invitation.open(linkIn(await post.receives(owner.email, say.invitationMail(nordhamn.organisation))));
  await invitation.accept().click();
  await home.reached(/\/\?joined=/);
  await invitations.open();
  await expect(page).toHaveTitle(new RegExp(`${owner.organisation}$`));

  const other = await anotherTab();
  const otherHome = new Home(other);
  await otherHome.open();
  await otherHome.switchTo(nordhamn.organisation);
  await expect(other.page).toHaveTitle(new RegExp(`${nordhamn.organisation}$`));
  await otherHome.account().click();
  await expect(otherHome.customersLink()).toHaveCount(0);
  await expect(otherHome.goTo(owner.organisation)).toBeVisible();

  // The first tab still shows the page of the guest's own organisation.
  const answered = page.waitForResponse(response => response.url().endsWith('/rpc/invite'));
  await invitations.invite('dan.ek@nordhamn.example', say.member);
  expect((await answered).status()).toBe(409);
  await expect(page.getByText(say.otherOrganisation).first()).toBeVisible();
  await invitations.open();
  await expect(page).toHaveTitle(new RegExp(`${nordhamn.organisation}$`));
  await expect(invitations.noneOpen()).toBeVisible();
  expect((await tab.visitMissing('/operator/tenants')).status(), 'the operator’s pages belong to the other organisation').toBe(404);

  await home.open();
  await home.switchTo(owner.organisation);
  await expect(page).toHaveTitle(new RegExp(`${owner.organisation}$`));

  await home.switchTo(nordhamn.organisation);
  await context.clearCookies();
  await tab.visit(SignIn.path);
  await signInAs(owner);
  await home.open();
  await expect(page, 'a new sign-in starts in the guest’s own organisation').toHaveTitle(new RegExp(`${owner.organisation}$`));
});
