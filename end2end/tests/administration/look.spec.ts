import { looksRight } from '../../kit/look';
import { expect, test } from '../../kit/test';

test.describe('how the administration looks', { tag: '@look' }, () => {
  test('the pages of the organisation and of its invitations are accessible and fit', async ({
    page,
    tab,
    signInAs,
    organisation,
    invitations,
    invitationList,
    say,
  }) => {
    await signInAs();
    await invitations.open();
    await looksRight(tab);
    await organisation.open();
    await organisation.upload({ name: 'x.png', mimeType: 'image/png', buffer: Buffer.from('x') });
    await expect(page.getByText(say.noPng)).toBeVisible();
    await looksRight(tab);
    await invitationList.open();
    await invitationList.people().fill('Karim Bensaid <karim@nordhamn.example>\nchef\neva@nordhamn.example;Eva Ek;administratör');
    await invitationList.show();
    await expect(invitationList.notice(say.nothingSent)).toBeVisible();
    await looksRight(tab);
  });

  test.describe('after a year', () => {
    test.use({ server: 'demo' });

    test('the pages of people are accessible and fit', async ({ tab, portal, page, signInAs, users, say }) => {
      test.setTimeout(120_000);
      await signInAs(await portal.person('Nordhamn kommun', 'administrator'));
      await users.open();
      await looksRight(tab);
      // A few ticked rows stand for fifty.
      await users.open('?q=lind');
      await users.tick(1, 2);
      await users.do(say.suspendThem).click();
      await expect(users.bulk().getByText(say.empty)).toBeVisible();
      await tab.ready();
      await looksRight(tab);
      await users.open('?q=nobody');
      await expect(users.noMatch()).toBeVisible();
      await looksRight(tab);
      for (const query of ['?status=suspended', '?status=locked', '?q=karim+bensaid']) {
        await users.open(query);
        // No row of the first page shows this state.
        if (query === '?status=suspended') await looksRight(tab);
        await users.rows().first().getByRole('link').click();
        await expect(page).toHaveURL(/\/admin\/users\/[0-9a-f-]{36}$/);
        await tab.ready();
        await looksRight(tab);
      }
    });

    test('the audit log is accessible and fits', async ({ tab, portal, signInAs, audit }) => {
      test.setTimeout(120_000);
      await signInAs(await portal.person('Nordhamn kommun', 'auditor'));
      // axe would take minutes for a whole page of events; a few show the same.
      for (const query of ['?who=birgitta+fors&outcome=refused', '?action=tenant.created', '?who=nobody', '?who=a']) {
        await audit.open(query);
        await looksRight(tab);
      }
      await audit.open('?subject=organisation');
      await audit.openRow(audit.rows().first());
      await expect(audit.drawer()).toBeVisible();
      await tab.ready();
      await looksRight(tab);
      await audit.verifyNow().click();
      await expect(audit.verified()).toBeVisible();
      await tab.ready();
      await looksRight(tab);
    });
  });
});
