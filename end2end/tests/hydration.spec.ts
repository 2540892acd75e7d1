import { introduce } from '../kit/set-up';
import { alert, expect, owner, signIn, signOut, test } from '../kit/test';
import type { Page } from '@playwright/test';

/** Keeps the page from being taken over until the function that it returns is called. */
async function holdWasm(page: Page): Promise<() => void> {
  let letIn = () => {};
  const held = new Promise<void>(resolve => (letIn = resolve));
  await page.route('**/*.wasm', async route => {
    await held;
    await route.continue();
  });
  return letIn;
}

test('a form sent before the script arrives works, and its page is taken over unchanged', async ({ page, say, ready }) => {
  const letIn = await holdWasm(page);
  await page.goto('/sign-in', { waitUntil: 'commit' });
  await signIn(page, say, 'wrong', 'anna <b>"&@nordhamn.example');
  await expect(alert(page)).toContainText(say.wrong);
  await expect(page.locator('html')).not.toHaveAttribute('data-hydrated');
  const rendered = await page.locator('main').innerHTML();
  letIn();
  await ready();
  expect(await page.locator('main').innerHTML()).toBe(rendered);
  await expect(page.getByLabel(say.email, { exact: true })).toHaveValue('anna <b>"&@nordhamn.example');
  // From here on it is a fetch, and its answer takes the place of what the post left.
  const answered = page.waitForResponse('**/rpc/sign_in');
  await signIn(page, say);
  expect((await answered).status()).toBe(200);
  await expect(page).toHaveURL('/');
});

test('what is typed before the script arrives stays', async ({ page, say, ready }) => {
  const letIn = await holdWasm(page);
  await page.goto('/sign-in', { waitUntil: 'commit' });
  await page.getByLabel(say.email, { exact: true }).fill('anna');
  await page.getByLabel(say.password, { exact: true }).fill('typed');
  letIn();
  await ready();
  await expect(page.getByLabel(say.email, { exact: true })).toHaveValue('anna');
  await expect(page.getByLabel(say.password, { exact: true })).toHaveValue('typed');
});

test('the first page of a person is taken over unchanged', async ({ page, say, visit, ready }) => {
  await visit('/sign-in');
  await signIn(page, say);
  await expect(page).toHaveURL('/');
  await ready();
  const letIn = await holdWasm(page);
  await page.goto('/', { waitUntil: 'commit' });
  await expect(page.getByRole('heading', { name: say.noProducts })).toBeVisible();
  const rendered = await page.locator('body').innerHTML();
  letIn();
  await ready();
  expect(await page.locator('body').innerHTML()).toBe(rendered);
});

test('a refusal is a typed body with its true status', async ({ page, visit, say }) => {
  await visit('/sign-in');
  const answered = page.waitForResponse('**/rpc/sign_in');
  await signIn(page, say, 'wrong', 'nobody@nordhamn.example');
  const answer = await answered;
  expect(answer.status()).toBe(401);
  expect(await answer.json()).toMatchObject({ Refused: { WrongCredentials: { left: expect.any(Number) } } });
  await expect(page.getByLabel(say.password, { exact: true })).toBeFocused();
  const empty = page.waitForResponse('**/rpc/sign_in');
  await page.getByLabel(say.email, { exact: true }).fill('');
  await page.getByRole('button', { name: say.signIn, exact: true }).click();
  expect((await empty).status()).toBe(422);
  await expect(page.getByLabel(say.email, { exact: true }), 'the first field to mend').toBeFocused();
});

test('signing in and out are full page loads', async ({ page, visit, ready, say }) => {
  await visit('/sign-in');
  const mark = () => page.evaluate(() => ((window as { earlier?: boolean }).earlier = true));
  const isMarked = () => page.evaluate(() => (window as { earlier?: boolean }).earlier ?? false);
  await mark();
  await signIn(page, say);
  await expect(page).toHaveURL('/');
  await ready();
  expect(await isMarked()).toBe(false);
  await mark();
  const answered = page.waitForResponse('**/rpc/sign_out');
  await signOut(page, say);
  expect(await (await answered).headerValue('clear-site-data')).toBe('"cache", "storage"');
  expect(await isMarked()).toBe(false);
});

test('a server that cannot be reached is told, and nothing typed is lost', async ({ page, context, visit, say }) => {
  await visit('/sign-in');
  await context.setOffline(true);
  await signIn(page, say);
  await expect(alert(page)).toContainText(say.offline);
  await expect(page.getByLabel(say.password, { exact: true })).toHaveValue(owner.password);
  await context.setOffline(false);
  await page.getByRole('button', { name: say.signIn, exact: true }).click();
  await expect(page).toHaveURL('/');
});

test('no script can read the session, and none is kept in the browser', async ({ page, context, visit, ready, say }) => {
  await visit('/sign-in');
  await signIn(page, say);
  await expect(page).toHaveURL('/');
  await ready();
  expect(await page.evaluate(() => [document.cookie, localStorage.length, sessionStorage.length])).toEqual(['', 0, 0]);
  const cookies = await context.cookies();
  const session = cookies.find(c => c.name === '__Host-portvakt')!;
  expect(session).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Lax', path: '/', expires: -1 });
  expect(cookies.every(c => c.name.startsWith('__Host-'))).toBe(true);
  expect(await page.content()).not.toContain(session.value);
});

test('the rules are met one by one while a password is typed', async ({ page, fresh, say, ready }) => {
  await page.goto(fresh.setUpLink);
  await ready();
  await introduce(page, say);
  const password = page.getByLabel(say.password, { exact: true });
  const rule = (text: string) => page.getByRole('listitem').filter({ hasText: text });
  await expect(rule(say.ruleLength)).toHaveAttribute('data-state', 'open');
  await password.fill('Passw0rd!2026!!');
  await expect(rule(say.ruleLength)).toHaveAttribute('data-state', 'met');
  await expect(rule(say.ruleLength)).toContainText('15');
  await expect(rule(say.ruleCommon)).toHaveAttribute('data-state', 'broken');
  await expect(page.getByRole('meter')).toHaveAttribute('value', '1');
  await expect(page.locator('.strength').getByText(say.weak, { exact: true }).last()).toBeVisible();
  // Two spellings of å are one letter, to the browser as to the server.
  await password.fill('a\u030a'.repeat(14));
  await expect(rule(say.ruleLength)).toHaveAttribute('data-state', 'open');
  await expect(rule(say.ruleLength)).toContainText('14');
  const asked: string[] = [];
  page.on('request', request => asked.push(new URL(request.url()).pathname));
  await password.fill('');
  await password.pressSequentially(owner.password, { delay: 20 });
  await expect(page.getByText(say.allMet)).toBeVisible();
  await expect(page.locator('.strength').getByText(say.excellent, { exact: true }).last()).toBeVisible();
  expect(asked.filter(path => path === '/rpc/judge_password').length, 'one question for many keys').toBeLessThanOrEqual(2);
});
