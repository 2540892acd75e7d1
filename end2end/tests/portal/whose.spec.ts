import { about, Home, Invitation, Profile, Reset, SignIn } from '../../kit/pages';
import { linkIn } from '../../kit/post';
import { expect, owner, test } from '../../kit/test';

// A page acts on the link, the sign-in and the person that it showed, whatever else is opened in the same browser.
test.use({ server: 'fresh' });

const clara = { name: 'Clara Ström', email: 'clara.strom@nordhamn.example', password: 'en helt annan mening' };
const dan = { name: 'Dan Ek', email: 'dan.ek@nordhamn.example', password: 'ännu en annan mening' };

test('two invited people register in two tabs of one browser, each with their own link', async ({
  context,
  portal,
  post,
  anotherTab,
  setUp,
  invitation,
  home,
  language,
  say,
}) => {
  await setUp.byCall(portal);
  const { request } = context;
  const links: string[] = [];
  for (const { email } of [clara, dan]) {
    await portal.call(request, 'invite', { email, name: '', role: 'member', language });
    links.push(linkIn(await post.receives(email, say.invitationMail(owner.organisation))));
  }
  await context.clearCookies();
  await invitation.open(links[0]!);
  const later = new Invitation(await anotherTab());
  await later.open(links[1]!);
  await expect(later.tab.page.getByText(dan.email)).toBeVisible();
  await expect(invitation.tab.page.getByText(clara.email)).toBeVisible();

  await invitation.register(clara.name, clara.password);
  await expect(home.heading()).toHaveText(say.greeting('Clara'));
  await later.register(dan.name, dan.password);
  await expect(new Home(later.tab).heading()).toHaveText(say.greeting('Dan'));
});

test('an invited guest signs in on the way, and comes back to the offer', async ({
  page,
  context,
  portal,
  post,
  anotherBrowser,
  setUp,
  newTenant,
  invitation,
  signIn,
  home,
  language,
  say,
}) => {
  await setUp.byCall(portal);
  await newTenant.byCall(portal, { organisation: 'Nordhamns kommun', ...clara });
  const { request: hers } = (await anotherBrowser()).page.context();
  await hers.get(linkIn(await post.receives(clara.email, say.invitationMail('Nordhamns kommun'))));
  await portal.call(hers, 'register', { name: clara.name, password: clara.password });
  await portal.call(hers, 'invite', { email: owner.email, name: '', role: 'member', language });
  const link = linkIn(await post.receives(owner.email, say.invitationMail('Nordhamns kommun')));
  await context.clearCookies();
  await invitation.open(link);
  await page.getByRole('link', { name: say.signIn }).click();
  await signIn.tab.ready();
  await signIn.as();
  await expect(page).toHaveURL(about(Invitation.path));
  await invitation.tab.ready();
  await invitation.accept().click();
  await home.reached(/\/\?joined=/);
});

test('the page of a reset link says whose account it is and changes no other one', async ({
  context,
  portal,
  post,
  anotherTab,
  tab,
  setUp,
  home,
  reset,
  signIn,
  language,
  say,
}) => {
  await setUp.byCall(portal);
  const { request } = context;
  await portal.call(request, 'invite', { email: clara.email, name: '', role: 'member', language });
  await context.clearCookies();
  await request.get(linkIn(await post.receives(clara.email, say.invitationMail(owner.organisation))));
  await portal.call(request, 'register', { name: clara.name, password: clara.password });
  await context.clearCookies();
  await request.get(portal.origin + SignIn.path);
  const links: string[] = [];
  for (const { email } of [owner, clara]) {
    await portal.call(request, 'forgot', { email });
    links.push(linkIn(await post.receives(email, say.resetMail)));
  }
  await reset.open(links[0]!);
  const later = new Reset(await anotherTab());
  await later.open(links[1]!);
  await expect(tab.page.getByText(owner.email)).toBeVisible();
  await reset.choose('tre helt nya ord här');
  await expect(home.heading()).toHaveText(say.greeting('Anna'));
  await context.clearCookies();
  await signIn.open();
  await signIn.as(clara);
  await expect(home.heading(), 'Clara’s password is as it was').toHaveText(say.greeting('Clara'));
});

test('what was typed comes back after signing in again, to the same person only', async ({
  page,
  context,
  portal,
  tab,
  scripts,
  setUp,
  profile,
  signIn,
  say,
}) => {
  await setUp.byCall(portal);
  await profile.open();
  await profile.name().fill('Anna Öberg');
  await context.clearCookies({ name: '__Host-portvakt' });
  await profile.save();
  if (scripts) {
    await expect(page.getByText(say.signedOutMeanwhile)).toBeVisible();
    await expect(profile.name()).toHaveValue('Anna Öberg');
    await page.getByRole('button', { name: say.again }).click();
  }
  await expect(page.getByText(say.ended)).toBeVisible();
  await tab.ready();
  await signIn.as();
  await expect(page).toHaveURL(Profile.path);
  await expect(page.getByText(say.typedIsBack)).toBeVisible();
  await expect(profile.name()).toHaveValue('Anna Öberg');
  await tab.ready();
  await profile.save();
  await expect(profile.saved()).toBeVisible();
  await profile.open();
  await expect(profile.name()).toHaveValue('Anna Öberg');
});

test('a page of one person changes nothing as another one', async ({
  page,
  context,
  portal,
  post,
  tab,
  setUp,
  profile,
  home,
  language,
  say,
}) => {
  await setUp.byCall(portal);
  const { request } = context;
  await portal.call(request, 'invite', { email: clara.email, name: '', role: 'member', language });
  await profile.open();
  await profile.name().fill('Anna Öberg');
  // Clara takes her invitation up in another tab of the same browser.
  await request.get(linkIn(await post.receives(clara.email, say.invitationMail(owner.organisation))));
  await portal.call(request, 'register', { name: clara.name, password: clara.password });
  await profile.save();
  await expect(page.getByText(say.otherPerson).first()).toBeVisible();
  await home.open();
  await expect(home.heading()).toHaveText(say.greeting('Clara'));
  await tab.ready();
  await profile.open();
  await expect(profile.name()).toHaveValue(clara.name);
});
