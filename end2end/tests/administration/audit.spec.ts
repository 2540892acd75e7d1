import { expect, test } from '../../kit/test';

test.describe('the log of an organisation after a year', () => {
  test.use({ server: 'demo' });

  test.beforeEach(async ({ portal, signInAs }) => signInAs(await portal.person('Nordhamn kommun', 'auditor')));

  test('the auditor finds it from the first page, and no other page of the administration', async ({ page, home, audit, say }) => {
    await home.open();
    await home.administration();
    await expect(page).toHaveURL('/admin/audit');
    await expect(audit.heading()).toHaveText(say.auditLog);
    await expect(audit.rail()).toHaveText([say.auditLog]);
    await expect(audit.rows()).toHaveCount(50);
  });

  test('each filter narrows the list, also together with the others', async ({ page, tab, audit, say }) => {
    await audit.open();
    await audit.chip(say.refusedOnly).click();
    await expect(page).toHaveURL('/admin/audit?outcome=refused');
    await tab.ready();
    await expect(audit.row(say.refused)).toHaveCount(50);
    await audit.chip(say.refusedOnly).click();
    await expect(page).toHaveURL('/admin/audit');
    await tab.ready();

    await audit.lookFor('birgitta fors');
    await expect(page).toHaveURL(/who=birgitta/);
    await tab.ready();
    await expect(audit.rows().first()).toContainText('Birgitta Fors');
    await expect(audit.rows().filter({ hasNotText: 'Birgitta Fors' })).toHaveCount(0);
    await audit.chip(say.signInEvents).click();
    await expect(page).toHaveURL(/who=birgitta.*subject=sign-in/);
    await tab.ready();
    await expect(audit.rows().filter({ hasNotText: 'Birgitta Fors' })).toHaveCount(0);
    await expect(audit.person()).toHaveValue('birgitta fors');

    await audit.lookFor('nobody at all');
    await expect(audit.noMatch()).toBeVisible();
    await tab.ready();
    await expect(audit.rows()).toHaveCount(0);
    await audit.clear().click();
    await expect(page).toHaveURL('/admin/audit');
    await expect(audit.rows()).toHaveCount(50);
    await expect(audit.person()).toHaveValue('');
    await tab.ready();
    await audit.lookFor('a');
    await expect(page.getByRole('heading', { name: say.tooMany })).toBeVisible();
  });

  test('the auditor filters by the kind and the day of an event', async ({ page, tab, audit, say, scripts }) => {
    await audit.open();
    await audit.more().click();
    await audit.event().selectOption(say.memberAdded);
    if (!scripts) await audit.show().click();
    await expect(page).toHaveURL(/action=member\.added/);
    await tab.ready();
    await expect(audit.row(say.memberAdded).first()).toBeVisible();
    await expect(audit.rows().filter({ hasNotText: say.memberAdded })).toHaveCount(0);
    const day = (await audit.rows().last().locator('time').getAttribute('datetime'))!.slice(0, 10);
    await audit.from().fill(day);
    await audit.until().fill(day);
    await (scripts ? audit.until().blur() : audit.show().click());
    await expect(page).toHaveURL(new RegExp(`from=${day}&until=${day}`));
    await tab.ready();
    await expect(audit.from()).toHaveValue(day);
    await expect(audit.rows().first()).toBeVisible();
    const days = () => audit.rows().locator('time').evaluateAll(times => [...new Set(times.map(t => t.getAttribute('datetime')!.slice(0, 10)))]);
    // The earlier list stays until the new one has loaded.
    await expect.poll(days).toEqual([day]);
  });

  test('older events follow without a gap', async ({ page, tab, audit }) => {
    await audit.open();
    const numbers = async () => audit.rows().locator('a').evaluateAll(links => links.map(link => Number(link.id.slice(6))));
    const first = await numbers();
    await audit.older().click();
    await expect(page).toHaveURL(`/admin/audit?before=${first.at(-1)}`);
    await expect(audit.link(first.at(-1)! - 1)).toBeVisible();
    await tab.ready();
    const both = [...first, ...(await numbers())];
    expect(both).toEqual(Array.from({ length: 100 }, (_, n) => first[0]! - n));
    await audit.newest().click();
    await expect(audit.link(first[0]!)).toBeVisible();
  });

  test('the auditor opens an event, reads it and closes it', async ({ page, tab, audit, say, scripts }) => {
    await audit.open('?subject=people');
    const link = audit.row(say.memberAdded).first().locator('a');
    const seq = Number((await link.getAttribute('id'))!.slice(6));
    await link.click();
    await expect(page).toHaveURL(`/admin/audit?subject=people&event=${seq}#event`);
    await expect(audit.drawer().getByRole('heading', { level: 2 })).toHaveText(say.memberAdded);
    await expect(audit.drawer().getByText(say.unchanged)).toBeVisible();
    await expect(audit.drawer().locator('.diff .in').filter({ hasText: '@' })).toBeVisible();
    await tab.ready();
    await expect(audit.rows().and(page.locator('[aria-selected=true]'))).toHaveCount(1);
    if (scripts) {
      await expect(audit.drawer().getByRole('heading', { level: 2 })).toBeFocused();
      await page.keyboard.press('Escape');
      await expect(audit.drawer()).toHaveCount(0);
      await expect(page).toHaveURL('/admin/audit?subject=people');
      await expect(audit.link(seq)).toBeFocused();
      await audit.link(seq).press('Enter');
      await expect(audit.drawer()).toBeVisible();
    }
    await audit.close().click();
    await expect(page).toHaveURL(`/admin/audit?subject=people#event-${seq}`);
    await expect(audit.drawer()).toHaveCount(0);
    await expect(audit.link(seq)).toBeFocused();
  });

  test('the auditor goes from an event to all events of its person', async ({ page, tab, audit, say }) => {
    await audit.open('?who=birgitta+fors');
    const whole = await audit.rows().count();
    await audit.openRow(audit.rows().first());
    await audit.drawer().getByRole('link', { name: say.onlyTheirs }).first().click();
    await expect(page).toHaveURL(/\?who=[0-9a-f-]{36}$/);
    await tab.ready();
    await expect(audit.rows()).toHaveCount(whole);
    const only = page.locator('.only').getByRole('link');
    await expect(only).toContainText('Birgitta Fors');
    await only.click();
    await expect(page).toHaveURL('/admin/audit');
  });

  test('the address of a missing event says that there is none', async ({ audit, say }) => {
    await audit.open('?event=999999');
    await expect(audit.drawer()).toContainText(say.noSuchEvent);
    await expect(audit.rows()).toHaveCount(50);
  });

  test('the owner has the chain verified', async ({ page, portal, tab, signInAs, audit, say }) => {
    // A worker's tests share the demonstration, and no other test has this organisation's chain verified.
    await signInAs(await portal.person('Brightwater Housing Trust', 'owner'));
    await audit.open();
    await expect(page.getByText(say.neverVerified)).toBeVisible();
    await audit.verifyNow().click();
    await expect(audit.verified()).toBeVisible();
    await tab.ready();
    await audit.open();
    await expect(audit.verified()).toBeVisible();
  });
});

test.describe('a member, who may not read the log', () => {
  test.use({ server: 'demo' });

  test('finds no such page', async ({ portal, tab, signInAs }) => {
    await signInAs(await portal.person('Nordhamn kommun', 'member'));
    for (const path of ['/admin/audit', '/admin/audit?event=1']) {
      expect(await tab.status(path), path).toBe(404);
    }
  });
});

test.describe('a portal that was set up a moment ago', () => {
  test.use({ server: 'fresh' });

  test('has one event in its log', async ({ portal, tab, setUp, audit, say }) => {
    await setUp.byCall(portal);
    await audit.open();
    await expect(audit.rows()).toHaveCount(1);
    await expect(audit.older()).toHaveCount(0);
    await audit.openRow(audit.row(say.portalSetUp));
    await expect(audit.drawer()).toContainText('Mårdby Systems AB');
    await tab.ready();
  });
});
