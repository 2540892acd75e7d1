import { Home, SignIn } from '../../kit/pages';
import { expect, owner, test } from '../../kit/test';

test('a wrong password keeps the address, and the right one signs the owner in', async ({ tab, signIn, home, say }) => {
  await signIn.open();
  await signIn.as({ email: owner.email, password: 'granit fyr vinterljus 8' });
  await expect(tab.alert()).toContainText(say.wrong);
  await expect(signIn.email()).toHaveValue(owner.email);
  await expect(signIn.password()).toHaveValue('');
  await expect(signIn.password()).toHaveAttribute('aria-invalid', 'true');
  await signIn.password().fill(owner.password);
  await signIn.send().click();
  await expect(home.heading()).toHaveText(say.greeting('Anna'));
});

test('the portal refuses an unknown address with the same words', async ({ tab, signIn, say }) => {
  await signIn.open();
  await signIn.as({ email: 'nobody@nordhamn.example', password: owner.password });
  await expect(tab.alert()).toContainText(say.wrong);
});

test('the portal asks for both empty fields', async ({ page, signIn, say }) => {
  await signIn.open();
  await signIn.send().click();
  await expect(page.getByText(say.empty)).toHaveCount(2);
});

test('the owner reaches the page they asked for, past a wrong try and another language', async ({
  page,
  tab,
  signIn,
  language,
}) => {
  // The way back is what was asked for, byte for byte.
  const asked = '/?from=mail&who=a%2Bb%40kund.example&q=%C3%85s%2520a';
  const carried = `/sign-in?next=${asked.replace(/[^A-Za-z0-9]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)}`.replaceAll('%2E', '.');
  await tab.visit(asked);
  await expect(page).toHaveURL(carried);
  const translated = await signIn.speak(language === 'sv' ? 'en' : 'sv');
  const say = translated.tab.say;
  await expect(page).toHaveURL(carried);
  await translated.as({ email: owner.email, password: 'wrong' });
  await expect(tab.alert()).toContainText(say.wrong);
  await tab.ready();
  await translated.as();
  await expect(page).toHaveURL(asked);
  // The language chosen in this browser wins over the account's.
  await expect(tab.heading()).toHaveText(say.greeting('Anna'));
});

test('the sign-in leads to no other site', async ({ page, context, signIn, home, portal }) => {
  for (const next of ['//evil.test/', 'https://evil.test/', '/\\evil.test', 'javascript:alert(1)']) {
    await signIn.open(`?next=${encodeURIComponent(next)}`);
    await signIn.as();
    await expect(page, next).toHaveURL(`${portal.origin}/`);
    await home.reached();
    await context.clearCookies();
  }
});

test('a signed-in owner skips the sign-in page', async ({ page, signInAs }) => {
  await signInAs();
  await page.goto(`${SignIn.path}?next=/%3Fa=b`);
  await expect(page).toHaveURL('/?a=b');
});

test('two tabs: signing in or out in one holds for the other', async ({ anotherTab, signIn, home, say }) => {
  await signIn.open();
  const second = new SignIn(await anotherTab());
  await second.open();
  await signIn.as();
  await home.reached();
  // The second tab still shows the form, and sending it is no error.
  await second.as();
  await expect(second.heading()).toHaveText(say.greeting('Anna'));
  await home.signOut();
  await second.tab.page.reload();
  await expect(second.heading()).toHaveText(say.signIn);
});

test('signing out is no error in a tab whose session another tab has ended', async ({ anotherTab, signInAs, home }) => {
  await signInAs();
  await home.open();
  const second = new Home(await anotherTab());
  await second.open();
  await home.signOut();
  await second.signOut();
});

test('the Back button after signing out shows nothing of the owner', async ({ page, signInAs, home, say }) => {
  await signInAs();
  await home.open();
  await home.signOut();
  await page.goBack();
  await expect(home.heading()).toHaveText(say.signIn);
  await expect(page.getByText(owner.name)).toHaveCount(0);
});

test('the address of the sign-out page signs no one out by itself', async ({ tab, signInAs, home, signOut, say }) => {
  await signInAs();
  await signOut.open();
  await expect(signOut.heading()).toHaveText(say.signOutQuestion);
  await home.open();
  await expect(home.heading()).toHaveText(say.greeting('Anna'));
  await signOut.open();
  await signOut.send().click();
  await expect(signOut.done()).toBeVisible();
  await tab.ready();
});

test('the visitor learns that the browser keeps no cookies', async ({ page, context, signIn, say }) => {
  await signIn.open();
  await context.clearCookies();
  await signIn.as();
  await expect(page.getByRole('heading', { name: say.cookiesOff })).toBeVisible();
});

test('a missing address says so, before and after signing in', async ({ tab, signInAs, say }) => {
  for (const path of ['/nowhere', '/setup/x', '/reset/x/y']) {
    expect((await tab.visitMissing(path)).status(), path).toBe(404);
    await expect(tab.heading()).toHaveText(say.notFound);
  }
  for (const path of ['/setup', `/setup/${'A'.repeat(43)}`, '/reset', `/reset/${'A'.repeat(43)}`]) {
    expect((await tab.visitMissing(path)).status(), path).toBe(404);
    await expect(tab.heading()).toHaveText(say.deadLink);
  }
  await signInAs();
  expect((await tab.visitMissing('/nowhere')).status()).toBe(404);
});
