import { linkIn } from '../../kit/post';
import { expect, owner, test } from '../../kit/test';

test.describe('a list of people', () => {
  test.use({ server: 'fresh' });

  test('shows its faulty lines, and the administrator invites the people on the others', async ({
    page,
    portal,
    post,
    tab,
    setUp,
    invitations,
    invitationList,
    say,
  }) => {
    await setUp.byCall(portal);
    await invitations.open();
    await page.getByRole('link', { name: say.inviteMany }).click();
    await expect(invitationList.heading()).toHaveText(say.inviteMany);
    await tab.ready();
    await invitationList.show();
    await expect(page.getByText(say.empty)).toBeVisible();

    const typed = ['Karim Bensaid <karim@nordhamn.example>', 'chef', 'eva@nordhamn.example;Eva Ek;administratör', owner.email, 'KARIM@nordhamn.example'];
    await invitationList.people().fill(typed.join('\n'));
    await invitationList.language().selectOption(tab.language);
    await invitationList.show();
    await expect(invitationList.notice(say.nothingSent)).toBeVisible();
    await expect(invitationList.faulty(2)).toBeVisible();
    await expect(invitationList.row('chef')).toContainText(say.noAddress);
    await expect(invitationList.faulty(2)).toContainText(say.twice(1));
    await expect(invitationList.row('Eva Ek')).toContainText(say.administrator);
    await expect(invitationList.people(), 'the typed lines can be corrected').toHaveValue(typed.join('\n'));

    await invitationList.send(3).click();
    await expect(invitationList.notice(say.listSent)).toContainText(say.counts(2, 1));
    linkIn(await post.receives('karim@nordhamn.example', say.invitationMail(owner.organisation)));
    linkIn(await post.receives('eva@nordhamn.example', say.invitationMail(owner.organisation)));
    await tab.ready();
    await invitationList.anew().click();
    await expect(invitationList.notice(say.listSent)).toHaveCount(0);
    await invitations.open();
    await expect(invitations.row('eva@nordhamn.example')).toContainText(say.administrator);
  });

  test('may be a file of 999 lines', async ({ portal, tab, setUp, invitationList, say }) => {
    await setUp.byCall(portal);
    await invitationList.open();
    const lines = Array.from({ length: 1000 }, (_, n) => `Person ${n},p${n}@nordhamn.example`);
    const buffer = Buffer.from(['name,email', ...lines.slice(0, 999)].join('\r\n'));
    await invitationList.file().setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer });
    await invitationList.show();
    await expect(invitationList.notice(say.nothingSent)).toBeVisible();
    await invitationList.send(999).click();
    await expect(invitationList.notice(say.listSent)).toContainText(say.counts(999, 0), { timeout: 30_000 });
    await expect(tab.page.locator('tbody tr')).toHaveCount(999);
  });
});
