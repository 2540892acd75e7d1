import { Home, SignIn } from '../../kit/pages';
import { expect, owner, test } from '../../kit/test';

test('a wrong password is told, the address kept, and the right one lets in', async ({ tab, signIn, home, say }) => {
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

test('an unknown address is refused with the same words', async ({ tab, signIn, say }) => {
  await signIn.open();
  await signIn.as({ email: 'nobody@nordhamn.example', password: owner.password });
  await expect(tab.alert()).toContainText(say.wrong);
});

test('nothing typed is told at both fields', async ({ page, signIn, say }) => {
  await signIn.open();
  await signIn.send().click();
  await expect(page.getByText(say.empty)).toHaveCount(2);
});

test('the page that was asked for is shown after signing in, past a wrong try and another language', async ({
  page,
  tab,
  signIn,
  language,
}) => {
  await tab.visit('/?from=mail&x=1');
  await expect(page).toHaveURL('/sign-in?next=%2F%3Ffrom%3Dmail%26x%3D1');
  const translated = await signIn.speak(language === 'sv' ? 'en' : 'sv');
  const say = translated.tab.say;
  await expect(page).toHaveURL('/sign-in?next=%2F%3Ffrom%3Dmail%26x%3D1');
  await translated.as({ email: owner.email, password: 'wrong' });
  await expect(tab.alert()).toContainText(say.wrong);
  await tab.ready();
  await translated.as();
  await expect(page).toHaveURL('/?from=mail&x=1');
  // The choice stays in this browser, also for somebody whose account has another language.
  await expect(tab.heading()).toHaveText(say.greeting('Anna'));
});

test('no other site is gone to', async ({ page, context, signIn, home, portal }) => {
  for (const next of ['//evil.test/', 'https://evil.test/', '/\\evil.test', 'javascript:alert(1)']) {
    await signIn.open(`?next=${encodeURIComponent(next)}`);
    await signIn.as();
    await expect(page, next).toHaveURL(`${portal.origin}/`);
    await home.reached();
    await context.clearCookies();
  }
});

test('whoever is signed in already goes on', async ({ page, signInAs }) => {
  await signInAs();
  await page.goto(`${SignIn.path}?next=/%3Fa=b`);
  await expect(page).toHaveURL('/?a=b');
});

test('two tabs: signing in and out in one holds for the other', async ({ anotherTab, signIn, home, say }) => {
  await signIn.open();
  const second = new SignIn(await anotherTab());
  await second.open();
  await signIn.as();
  await home.reached();
  // The second tab still shows the form; using it is no error.
  await second.as();
  await expect(second.heading()).toHaveText(say.greeting('Anna'));
  await home.signOut();
  await second.tab.page.reload();
  await expect(second.heading()).toHaveText(say.signIn);
});

test('signing out in a tab whose session has ended elsewhere is no error', async ({ anotherTab, signInAs, home }) => {
  await signInAs();
  await home.open();
  const second = new Home(await anotherTab());
  await second.open();
  await home.signOut();
  await second.signOut();
});

test('Back after signing out shows nothing of the person', async ({ page, signInAs, home, say }) => {
  await signInAs();
  await home.open();
  await home.signOut();
  await page.goBack();
  await expect(home.heading()).toHaveText(say.signIn);
  await expect(page.getByText(owner.name)).toHaveCount(0);
});

test('an address that somebody sent does not sign anybody out', async ({ tab, signInAs, home, signOut, say }) => {
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

test('a browser that keeps no cookies is told so', async ({ page, context, signIn, say }) => {
  await signIn.open();
  await context.clearCookies();
  await signIn.as();
  await expect(page.getByRole('heading', { name: say.cookiesOff })).toBeVisible();
});

test('an address that is not there says so, signed in or not', async ({ tab, signInAs, say }) => {
  for (const path of ['/nowhere', '/setup', '/setup/x', `/setup/${'A'.repeat(43)}`, '/reset', `/reset/${'A'.repeat(43)}`]) {
    expect((await tab.visitMissing(path)).status(), path).toBe(404);
    await expect(tab.heading()).toHaveText(say.notFound);
  }
  await signInAs();
  expect((await tab.visitMissing('/nowhere')).status()).toBe(404);
});
