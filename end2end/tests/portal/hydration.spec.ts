import { SignIn } from '../../kit/pages';
import { expect, owner, test } from '../../kit/test';
import type { Locator, Page } from '@playwright/test';

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

/** What the server has sent, once all of it is there. */
async function rendered(page: Page, part: string): Promise<string> {
  await page.waitForFunction(() => document.readyState !== 'loading');
  return page.locator(part).innerHTML();
}

test.describe('a page and its script', { tag: '@script' }, () => {
  test('a form sent before the script arrives works, and its page is taken over unchanged', async ({ page, tab, signIn, say }) => {
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
    // From here on it is a fetch, and its answer takes the place of what the post left.
    const answered = page.waitForResponse('**/rpc/sign_in');
    await signIn.as();
    expect((await answered).status()).toBe(200);
    await expect(page).toHaveURL('/');
  });

  test('what is typed before the script arrives stays', async ({ page, tab, signIn }) => {
    const letIn = await holdWasm(page);
    await page.goto(SignIn.path, { waitUntil: 'commit' });
    await signIn.email().fill('anna');
    await signIn.password().fill('typed');
    letIn();
    await tab.ready();
    await expect(signIn.email()).toHaveValue('anna');
    await expect(signIn.password()).toHaveValue('typed');
  });

  test('the first page of a person is taken over unchanged', async ({ page, tab, signInAs, home }) => {
    await signInAs();
    const letIn = await holdWasm(page);
    await page.goto('/', { waitUntil: 'commit' });
    await expect(home.noProducts()).toBeVisible();
    const before = await rendered(page, 'body');
    letIn();
    await tab.ready();
    expect(await page.locator('body').innerHTML()).toBe(before);
  });

  test('a refusal is a typed body with its true status', async ({ page, signIn }) => {
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
    await expect(signIn.email(), 'the first field to mend').toBeFocused();
  });

  test.describe('what is refused', () => {
    test.use({ server: 'fresh' });

    test('is not read anew, and leaves the focus where it can be mended', async ({
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

  test('a server that cannot be reached is told, and nothing typed is lost', async ({ page, context, tab, signIn, say }) => {
    await signIn.open();
    await context.setOffline(true);
    await signIn.as();
    await expect(tab.alert()).toContainText(say.offline);
    await expect(signIn.password()).toHaveValue(owner.password);
    await context.setOffline(false);
    await signIn.send().click();
    await expect(page).toHaveURL('/');
  });

  test('no script can read the session, and none is kept in the browser', async ({ page, context, signIn, home }) => {
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
