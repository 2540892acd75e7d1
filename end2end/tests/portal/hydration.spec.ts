import { SignIn } from '../../kit/pages';
import { expect, owner, test } from '../../kit/test';
import type { Locator, Page } from '@playwright/test';

/** Holds the WASM back, so that the page is not hydrated before the returned function is called. */
async function holdWasm(page: Page): Promise<() => void> {
  let letIn = () => {};
  const held = new Promise<void>(resolve => (letIn = resolve));
  await page.route('**/*.wasm', async route => {
    await held;
    await route.continue();
  });
  return letIn;
}

/** The HTML of a part as the server has sent it. */
async function rendered(page: Page, part: string): Promise<string> {
  await page.waitForFunction(() => document.readyState !== 'loading');
  return page.locator(part).innerHTML();
}

test.describe('a page and its script', { tag: '@script' }, () => {
  test('a form sent before the script arrives works, and hydration leaves its page unchanged', async ({ page, tab, signIn, say }) => {
    const letIn = await holdWasm(page);
    await page.goto(SignIn.path, { waitUntil: 'commit' });
    await signIn.as({ email: 'anna <b>"&@nordhamn.example', password: 'wrong' });
    await expect(tab.alert()).toContainText(say.wrong);
    await expect(page.locator('html')).not.toHaveAttribute('data-hydrated');
    const before = await rendered(page, 'main');
    letIn();
    await tab.ready();
    expect(await page.locator('main').innerHTML()).toBe(before);
    await expect(signIn.email()).toHaveValue('anna <b>"&@nordhamn.example');
    // The form is now sent by a fetch, whose answer replaces the outcome of the post.
    const answered = page.waitForResponse('**/rpc/sign_in');
    await signIn.as();
    expect((await answered).status()).toBe(200);
    await expect(page).toHaveURL('/');
  });

  test('hydration keeps what the visitor has typed before', async ({ page, tab, signIn }) => {
    const letIn = await holdWasm(page);
    await page.goto(SignIn.path, { waitUntil: 'commit' });
    await signIn.email().fill('anna');
    await signIn.password().fill('typed');
    letIn();
    await tab.ready();
    await expect(signIn.email()).toHaveValue('anna');
    await expect(signIn.password()).toHaveValue('typed');
  });

  test('hydration leaves the first page after signing in unchanged', async ({ page, tab, signInAs, home }) => {
    await signInAs();
    const letIn = await holdWasm(page);
    await page.goto('/', { waitUntil: 'commit' });
    await expect(home.noProducts()).toBeVisible();
    const before = await rendered(page, 'body');
    letIn();
    await tab.ready();
    expect(await page.locator('body').innerHTML()).toBe(before);
  });

  test('a refusal has a typed body and its true status', async ({ page, signIn }) => {
    await signIn.open();
    const answered = page.waitForResponse('**/rpc/sign_in');
    await signIn.as({ email: 'nobody@nordhamn.example', password: 'wrong' });
    const answer = await answered;
    expect(answer.status()).toBe(401);
    expect(await answer.json()).toMatchObject({ Refused: { WrongCredentials: { left: expect.any(Number) } } });
    await expect(signIn.password()).toBeFocused();
    const empty = page.waitForResponse('**/rpc/sign_in');
    await signIn.email().fill('');
    await signIn.send().click();
    expect((await empty).status()).toBe(422);
    await expect(signIn.email(), 'the first field to correct').toBeFocused();
  });

  test.describe('a refusal', () => {
    test.use({ server: 'fresh' });

    test('reloads no data, and leaves the focus in the field to correct', async ({
      page,
      portal,
      setUp,
      invitations,
      profile,
      newTenant,
      tenant,
      say,
    }) => {
      await setUp.byCall(portal);
      const asked: string[] = [];
      page.on('request', request => {
        const { pathname } = new URL(request.url());
        if (pathname.startsWith('/rpc/')) asked.push(pathname);
      });
      const refused = async (send: Promise<void>, why: Locator) => {
        await send;
        await expect(why).toBeVisible();
        expect(asked.splice(0)).toHaveLength(1);
        return page.locator(':focus');
      };
      await invitations.open();
      await expect(await refused(invitations.invite('karim', say.member), invitations.fault())).toHaveValue('karim');
      await profile.open();
      await expect(await refused(profile.add('karim'), page.getByText(say.enterAnAddress))).toHaveValue('karim');
      await newTenant.open();
      await newTenant.make({ organisation: 'Ekeby kommun', name: 'Karim Bensaid', email: 'karim.bensaid@ekeby.example' });
      await tenant.reached('Ekeby kommun');
      asked.length = 0;
      await expect(await refused(tenant.end('ekeby'), page.getByText(say.notTheSame))).toHaveValue('ekeby');
    });
  });

  test('signing in and out are full page loads', async ({ page, signIn, home }) => {
    await signIn.open();
    const mark = () => page.evaluate(() => ((window as { earlier?: boolean }).earlier = true));
    const isMarked = () => page.evaluate(() => (window as { earlier?: boolean }).earlier ?? false);
    await mark();
    await signIn.as();
    await home.reached();
    expect(await isMarked()).toBe(false);
    await mark();
    const answered = page.waitForResponse('**/rpc/sign_out');
    await home.signOut();
    expect(await (await answered).headerValue('clear-site-data')).toBe('"cache", "storage"');
    expect(await isMarked()).toBe(false);
  });

  test('the visitor learns that the server cannot be reached, and the form keeps its input', async ({ page, context, tab, signIn, say }) => {
    await signIn.open();
    await context.setOffline(true);
    await signIn.as();
    await expect(tab.alert()).toContainText(say.offline);
    await expect(signIn.password()).toHaveValue(owner.password);
    await context.setOffline(false);
    await signIn.send().click();
    await expect(page).toHaveURL('/');
  });

  test('no script can read the session, and the browser stores nothing of it', async ({ page, context, signIn, home }) => {
    await signIn.open();
    await signIn.as();
    await home.reached();
    expect(await page.evaluate(() => [document.cookie, localStorage.length, sessionStorage.length])).toEqual(['', 0, 0]);
    const cookies = await context.cookies();
    const session = cookies.find(c => c.name === '__Host-portvakt')!;
    expect(session).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Lax', path: '/', expires: -1 });
    expect(cookies.every(c => c.name.startsWith('__Host-'))).toBe(true);
    expect(await page.content()).not.toContain(session.value);
  });
});
