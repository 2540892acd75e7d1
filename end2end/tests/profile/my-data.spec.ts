import { readFile } from 'node:fs/promises';
import { MyData } from '../../kit/pages';
import { linkIn } from '../../kit/post';
import { expect, imported, owner, test } from '../../kit/test';

test.describe('a person imported from another program', () => {
  test.use({ server: 'fresh' });

  test('signs in with the old password, downloads their data, asks for the erasure and stops it', async ({
    context,
    page,
    portal,
    post,
    tab,
    language,
    setUp,
    signIn,
    home,
    myData,
    say,
  }) => {
    await setUp.byCall(portal);
    portal.import([{ ...imported, language }]);
    await context.clearCookies();
    await signIn.open();
    await signIn.as({ email: imported.email.toUpperCase(), password: `${imported.password}!` });
    await expect(tab.alert()).toBeVisible();
    await tab.ready();
    await signIn.as(imported);
    await home.reached();
    await expect(home.erasure()).toHaveCount(0);

    await myData.open();
    const file = await myData.download();
    expect(file.suggestedFilename()).toBe('portvakt-person.json');
    const data = JSON.parse(await readFile(await file.path(), 'utf8'));
    expect(data).toMatchObject({ format: 'portvakt-person', version: 1, account: { email: imported.email } });
    expect(data.memberships).toMatchObject([{ organisation: { name: owner.organisation }, role: 'member' }]);

    await myData.erase('wrong');
    await expect(myData.wrong()).toBeVisible();
    await tab.ready();
    await myData.erase(imported.password);
    await expect(myData.scheduled()).toBeVisible();
    const mail = await post.receives(imported.email, say.erasureMail);
    expect(linkIn(mail)).toBe(`${portal.origin}/profile/data`);

    await home.open();
    await expect(home.erasure()).toBeVisible();
    await page.getByRole('link', { name: say.seeWhy }).click();
    await expect(page).toHaveURL(MyData.path);
    await expect(myData.scheduled()).toBeVisible();
    await tab.ready();
    await myData.stop();
    await expect(myData.stopped()).toBeVisible();
    await post.receives(imported.email, say.keptMail);
    await home.open();
    await expect(home.erasure()).toHaveCount(0);
  });
});

test('the last owner learns that another owner has to come first', async ({ signInAs, myData }) => {
  await signInAs();
  await myData.open();
  await expect(myData.soleOwner(owner.organisation)).toBeVisible();
  await expect(myData.password()).toHaveCount(0);
});
