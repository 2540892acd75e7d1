import { setUpByPage } from '../kit/set-up';
import { alert, expect, owner, signIn, signOut, test } from '../kit/test';

test('wrong tries are told with what is left and how long to wait, then none is taken', async ({ page, visit, say }) => {
  await visit('/sign-in');
  const email = 'nobody-at-all@nordhamn.example';
  for (let n = 1; n <= 5; n++) {
    await signIn(page, say, `wrong ${n}`, email);
    await expect(alert(page)).toContainText(n < 5 ? say.wrong : say.wait);
    await expect(page.getByLabel(say.password, { exact: true })).toHaveValue('');
  }
  await signIn(page, say, 'wrong once more', email);
  await expect(alert(page)).toContainText(say.locked);
  await expect(alert(page)).toContainText(say.retry);
  await expect(page.getByLabel(say.email, { exact: true }), 'what was typed is kept').toHaveValue(email);
});

test('an owner signs in where they have before while strangers are locked out', async ({ page, browser, fresh, say, ready, contextOptions, javaScriptEnabled, locale }) => {
  await page.goto(fresh.setUpLink);
  await setUpByPage(page, fresh, say, ready);
  await signOut(page, say);
  const elsewhere = await browser.newContext({ ...contextOptions, javaScriptEnabled, locale });
  const stranger = await elsewhere.newPage();
  const hydrated = async () => {
    if (javaScriptEnabled !== false) await stranger.locator('html[data-hydrated]').waitFor();
  };
  await stranger.goto(`${fresh.origin}/sign-in`);
  await hydrated();
  for (let n = 1; n <= 5; n++) {
    await signIn(stranger, say, `guess ${n}`);
    await expect(alert(stranger)).toContainText(n < 5 ? say.wrong : say.wait);
    await expect(stranger.getByLabel(say.password, { exact: true })).toHaveValue('');
  }
  await signIn(stranger, say, owner.password);
  await expect(alert(stranger)).toContainText(say.locked);
  await elsewhere.close();

  await page.getByRole('link', { name: say.again }).click();
  await ready();
  await signIn(page, say);
  await expect(page).toHaveURL(`${fresh.origin}/`);
});
