import { words } from '../kit/words';
import { alert, expect, owner, signIn, signOut, test } from '../kit/test';

test('a wrong password is told, the address kept, and the right one lets in', async ({ page, visit, say }) => {
  await visit('/sign-in');
  await signIn(page, say, 'granit fyr vinterljus 8');
  await expect(alert(page)).toContainText(say.wrong);
  await expect(page.getByLabel(say.email, { exact: true })).toHaveValue(owner.email);
  await expect(page.getByLabel(say.password, { exact: true })).toHaveValue('');
  await expect(page.getByLabel(say.password, { exact: true })).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel(say.password, { exact: true }).fill(owner.password);
  await page.getByRole('button', { name: say.signIn, exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(say.greeting);
});

test('an unknown address is refused with the same words', async ({ page, visit, say }) => {
  await visit('/sign-in');
  await signIn(page, say, owner.password, 'nobody@nordhamn.example');
  await expect(alert(page)).toContainText(say.wrong);
});

test('nothing typed is told at both fields', async ({ page, visit, say }) => {
  await visit('/sign-in');
  await page.getByRole('button', { name: say.signIn, exact: true }).click();
  await expect(page.getByText(say.empty)).toHaveCount(2);
});

test('the page that was asked for is shown after signing in, past a wrong try and another language', async ({
  page,
  visit,
  ready,
  say,
  language,
}) => {
  await visit('/?from=mail&x=1');
  await expect(page).toHaveURL('/sign-in?next=%2F%3Ffrom%3Dmail%26x%3D1');
  await page.getByRole('link', { name: say.other }).click();
  const other = words[language === 'sv' ? 'en' : 'sv'];
  await expect(page.locator('html')).toHaveAttribute('lang', other.lang);
  await expect(page).toHaveURL('/sign-in?next=%2F%3Ffrom%3Dmail%26x%3D1');
  await ready();
  await signIn(page, other, 'wrong');
  await expect(alert(page)).toContainText(other.wrong);
  await ready();
  await signIn(page, other);
  await expect(page).toHaveURL('/?from=mail&x=1');
  // The choice stays in this browser, also for somebody whose account has another language.
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(other.greeting);
});

for (const next of ['//evil.test/', 'https://evil.test/', '/\\evil.test', 'javascript:alert(1)']) {
  test(`no other site is gone to: ${next}`, async ({ page, visit, say, portal }) => {
    await visit(`/sign-in?next=${encodeURIComponent(next)}`);
    await signIn(page, say);
    await expect(page).toHaveURL(`${portal.origin}/`);
  });
}

test('whoever is signed in already goes on', async ({ page, visit, say }) => {
  await visit('/sign-in');
  await signIn(page, say);
  await expect(page).toHaveURL('/');
  await page.goto('/sign-in?next=/%3Fa=b');
  await expect(page).toHaveURL('/?a=b');
});

test('two tabs: signing in and out in one holds for the other', async ({ page, context, visit, ready, say, portal }) => {
  await visit('/sign-in');
  const second = await context.newPage();
  await second.goto(`${portal.origin}/sign-in`);
  await signIn(page, say);
  await expect(page).toHaveURL('/');
  await ready();
  // The second tab still shows the form; using it is no error.
  await signIn(second, say);
  await expect(second.getByRole('heading', { level: 1 })).toHaveText(say.greeting);
  await signOut(page, say);
  await second.reload();
  await expect(second.getByRole('heading', { level: 1 })).toHaveText(say.signIn);
});

test('signing out in a tab whose session has ended elsewhere is no error', async ({ page, context, visit, ready, say, portal }) => {
  await visit('/sign-in');
  await signIn(page, say);
  await expect(page).toHaveURL('/');
  await ready();
  const second = await context.newPage();
  await second.goto(`${portal.origin}/`);
  await signOut(page, say);
  await signOut(second, say);
});

test('Back after signing out shows nothing of the person', async ({ page, visit, ready, say }) => {
  await visit('/sign-in');
  await signIn(page, say);
  await expect(page).toHaveURL('/');
  await ready();
  await signOut(page, say);
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(say.signIn);
  await expect(page.getByText(owner.name)).toHaveCount(0);
});

test('an address that somebody sent does not sign anybody out', async ({ page, visit, ready, say }) => {
  await visit('/sign-in');
  await signIn(page, say);
  await expect(page).toHaveURL('/');
  await visit('/sign-out');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(say.signOutQuestion);
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(say.greeting);
  await visit('/sign-out');
  await page.getByRole('button', { name: say.signOut }).click();
  await expect(page.getByRole('heading', { name: say.signedOut })).toBeVisible();
  await ready();
});

test('a browser that keeps no cookies is told so', async ({ page, context, visit, say }) => {
  await visit('/sign-in');
  await context.clearCookies();
  await signIn(page, say);
  await expect(page.getByRole('heading', { name: say.cookiesOff })).toBeVisible();
});

test('an address that is not there says so, signed in or not', async ({ page, visit, say }) => {
  for (const path of ['/nowhere', '/setup', '/setup/x', `/setup/${'A'.repeat(43)}`, '/reset', `/reset/${'A'.repeat(43)}`]) {
    expect((await page.goto(path))!.status(), path).toBe(404);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(say.notFound);
  }
  await visit('/sign-in');
  await signIn(page, say);
  await expect(page).toHaveURL('/');
  expect((await page.goto('/nowhere'))!.status()).toBe(404);
});
