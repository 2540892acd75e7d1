import { readFileSync } from 'node:fs';
import { Home, SignIn, User, Users } from '../../kit/pages';
import { expect, test } from '../../kit/test';

test.use({ server: 'demo' });

test('the administrator finds people by name, state and role', async ({ page, tab, portal, signInAs, home, users, say }) => {
  await signInAs(await portal.person('Nordhamn kommun', 'administrator'));
  await home.open();
  await home.administration();
  await expect(page).toHaveURL(Users.path);
  await expect(users.heading()).toContainText(say.users);
  await expect(users.rows()).toHaveCount(50);

  await users.find('karim ben');
  await expect(users.rows()).toHaveCount(1);
  await expect(users.row('Karim Bensaid')).toContainText(say.guest);
  await expect(users.heading().locator('..'), 'the page says how many were found').toContainText(say.foundOf(1));
  if (tab.scripts) await expect(page.getByRole('status').filter({ hasText: say.foundOf(1) })).toHaveCount(1);
  await users.find('zzz');
  await expect(users.noMatch()).toBeVisible();
  await page.getByRole('link', { name: say.showAll }).click();
  await expect(users.rows()).toHaveCount(50);
  await expect(users.search()).toHaveValue('');
  await tab.ready();

  await users.chip(say.isSuspended).click();
  await expect(users.rows()).toHaveCount(1);
  await expect(users.row('@nordhamn.example')).toContainText(say.isSuspended);
  await expect(users.chip(say.isSuspended)).toHaveAttribute('aria-current', 'true');
  await tab.ready();
  await page.getByRole('combobox', { name: say.role }).selectOption(say.auditor);
  if (!tab.scripts) await page.getByRole('button', { name: say.find, exact: true }).click();
  await expect(users.noMatch(), 'the search keeps the state').toBeVisible();
  await expect(page).toHaveURL(/status=suspended/);
});

test('the owner sorts a long list, and reaches its last page as fast as its first', async ({ tab, page, portal, signInAs, users, say }) => {
  await signInAs(await portal.person('Nordhamn kommun', 'owner'));
  await users.open();
  const names = async () => (await users.rows().locator('a').allTextContents()).map(name => name.split(' ')[0]!);
  const collator = new Intl.Collator('sv');
  const isSorted = async (direction: 1 | -1) => {
    const all = await names();
    return all.every((name, at) => at === 0 || direction * collator.compare(all[at - 1]!, name) <= 0);
  };
  expect(await isSorted(1)).toBe(true);
  await users.pageLink(say.next).click();
  await expect(page).toHaveURL(/after=/);
  await expect(users.pageLink(say.firstPage)).toBeVisible();
  await tab.ready();
  await users.pageLink(say.lastPage).click();
  await expect(page).toHaveURL(/page=last/);
  await expect(users.rows().last()).toContainText(/^ÅÖ|Åsa/);
  expect(await isSorted(1)).toBe(true);
  await tab.ready();
  await users.pageLink(say.previous).click();
  await expect(page).toHaveURL(/before=/);
  await tab.ready();
  await users.column(say.personColumn).getByRole('link').click();
  await expect(users.column(say.personColumn)).toHaveAttribute('aria-sort', 'descending');
  await expect(users.rows().first()).toContainText('Åsa');
});

test('a tick does not pass to the person who takes the ticked row', async ({ tab, page, portal, signInAs, users, say }) => {
  await signInAs(await portal.person('Nordhamn kommun', 'owner'));
  await users.open();
  const ticked = users.table().getByRole('checkbox', { checked: true });
  await users.tick(0, 1);
  await expect(ticked).toHaveCount(2);
  await users.pageLink(say.next).click();
  await expect(users.pageLink(say.firstPage)).toBeVisible();
  await tab.ready();
  await expect(ticked, 'after turning the page').toHaveCount(0);
  await expect(users.bulk()).toBeHidden();
  if (tab.scripts) await users.table().locator('thead input').check();
  else await users.tick(0);
  await users.find('be');
  await expect(ticked, 'after a search').toHaveCount(0);
});

test('the administrator suspends and restores two people at once, for a reason', async ({ tab, page, portal, signInAs, users, say }) => {
  await signInAs(await portal.person('Brightwater Housing Trust', 'administrator'));
  await users.open('?role=member');
  await expect(users.bulk()).toBeHidden();
  await users.tick(0, 1);
  if (tab.scripts) await expect(users.bulk()).toContainText(say.ticked);
  await users.do(say.suspendThem).click();
  await expect(users.bulk().getByText(say.empty)).toBeVisible();
  await tab.ready();
  await expect(users.table().locator('.pick input:checked'), 'a refusal keeps the ticks').toHaveCount(2);
  await users.reason().fill('Leave of absence');
  await users.do(say.suspendThem).click();
  await expect(page.getByRole('alert').getByText(say.twoSuspended)).toBeVisible();
  await expect(users.table().getByText(say.isSuspended, { exact: true })).toHaveCount(2);
  await tab.ready();
  await users.tick(0, 1);
  await users.reason().fill('Back');
  await users.do(say.restoreThem).click();
  await expect(page.getByRole('alert').getByText(say.twoRestored)).toBeVisible();
  await expect(users.table().getByText(say.isSuspended, { exact: true })).toHaveCount(0);
});

test('a suspended person is signed out, and signs in again only after being restored', async ({
  tab,
  portal,
  page,
  signInAs,
  anotherBrowser,
  users,
  user,
  say,
}) => {
  const administrator = await portal.person('Nordhamn kommun', 'administrator');
  const erik = await portal.person('Nordhamn kommun', 'member');
  const theirs = await anotherBrowser();
  const signIn = new SignIn(theirs);
  await signInAs(erik, theirs);
  await signInAs(administrator);
  await users.open(`?q=${encodeURIComponent(erik.email)}`);
  await users.act(erik.email, say.suspendThem);
  await expect(page).toHaveURL(/\/admin\/users\/[0-9a-f-]{36}#suspend$/);
  await expect(user.heading()).toHaveText(erik.name);
  await tab.ready();
  await user.reason().fill('Has left');
  await user.act(say.suspendThem).click();
  await expect(user.said(say.oneSuspended)).toBeVisible();
  await expect(user.status(say.isSuspended)).toBeVisible();
  await theirs.page.goto('/');
  await expect(theirs.page, 'signed out at once').toHaveURL(/\/sign-in/);
  await theirs.ready();
  await signIn.as(erik);
  await expect(theirs.alert()).toContainText(say.accountSuspended);
  await theirs.ready();
  await tab.ready();
  await user.reason().fill('Is back');
  await user.act(say.restoreThem).click();
  await expect(user.said(say.oneRestored)).toBeVisible();
  await expect(user.status(say.isActive)).toBeVisible();
  await signIn.as(erik);
  await expect(theirs.page).toHaveURL('/');
});

test('the administrator unlocks a person, sends them a link and changes their role', async ({ tab, page, portal, signInAs, users, user, say }) => {
  // The demonstration locks one account. look.spec.ts looks at it, and runs before this file.
  await signInAs(await portal.person('Nordhamn kommun', 'administrator'));
  await users.open('?status=locked');
  const name = (await users.rows().locator('a').textContent())!;
  await users.rows().getByRole('link').click();
  await expect(user.heading()).toHaveText(name);
  await expect(page.getByText(say.lockedAfter)).toBeVisible();
  await tab.ready();
  await user.act(say.unlock).click();
  await expect(user.said(say.oneUnlocked)).toBeVisible();
  await expect(page.getByText(say.lockedAfter)).toBeHidden();
  await tab.ready();
  await user.act(say.sendLink).click();
  await expect(user.said(say.linkOnItsWay)).toBeVisible();
  await tab.ready();
  await user.role().selectOption(say.auditor);
  await page.getByRole('button', { name: say.saveRole }).click();
  await expect(user.said(say.roleSaved)).toBeVisible();
  await expect(user.status(say.auditor)).toBeVisible();
});

test('the administrator’s unsaved input stays when another act reloads the person’s data', { tag: '@script' }, async ({ page, tab, portal, signInAs, users, user, say }) => {
  await signInAs(await portal.person('Brightwater Housing Trust', 'administrator'));
  await users.open('?role=member');
  await users.rows().first().getByRole('link').first().click();
  await tab.ready();
  let goOn = (): void => {};
  const held = new Promise<void>(resolve => (goOn = resolve));
  await page.route('**/rpc/load_user', async route => {
    await held;
    await route.continue();
  });
  await user.act(say.sendLink).click();
  await expect(user.said(say.linkOnItsWay)).toBeVisible();
  await user.role().selectOption(say.auditor);
  await user.reason().fill('Leave of absence');
  const anew = page.waitForResponse('**/rpc/load_user');
  goOn();
  await (await anew).finished();
  // By then the page has rendered the new data.
  await page.evaluate(() => new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve))));
  await expect(user.role().locator('option:checked')).toHaveText(say.auditor);
  await expect(user.reason()).toHaveValue('Leave of absence');
});

test('the administrator schedules an erasure, the person reads of it, and the administrator stops it', async ({
  tab,
  page,
  portal,
  signInAs,
  anotherBrowser,
  users,
  user,
  say,
}) => {
  const erik = await portal.person('Nordhamn kommun', 'member');
  await signInAs(await portal.person('Nordhamn kommun', 'administrator'));
  await users.open(`?q=${encodeURIComponent(erik.email)}`);
  await users.row(erik.email).getByRole('link').click();
  await expect(user.heading()).toHaveText(erik.name);
  await tab.ready();
  await user.act(say.eraseAccount).click();
  await expect(user.erasureReason()).toHaveAttribute('aria-invalid', 'true');
  await tab.ready();
  await user.erasureReason().fill('Has left');
  await user.act(say.eraseAccount).click();
  await expect(page.getByText(say.accountErasedOn)).toBeVisible();
  const theirs = await anotherBrowser();
  await signInAs(erik, theirs);
  const told = new Home(theirs).erasure();
  await theirs.page.goto('/');
  await expect(told).toBeVisible();
  await tab.ready();
  await user.act(say.stopErasure).click();
  await expect(user.said(say.erasureStopped)).toBeVisible();
  await expect(page.getByText(say.accountErasedOn)).toHaveCount(0);
  await theirs.page.goto('/');
  await expect(told).toHaveCount(0);
});

test('an organisation keeps its last owner', async ({ tab, page, portal, signInAs, users, user, say }) => {
  const tom = await portal.person('Brightwater Housing Trust', 'owner');
  await signInAs(tom);
  await users.open('?role=owner');
  await users.row(tom.name).getByRole('link').click();
  await expect(user.heading()).toHaveText(tom.name);
  await tab.ready();
  await expect(user.reason(), 'no owner suspends themselves').toHaveCount(0);
  await user.role().selectOption(say.member);
  await page.getByRole('button', { name: say.saveRole }).click();
  await expect(page.getByText(say.needsAnOwner)).toBeVisible();
});

test('the owner suspends and restores a guest, and may do nothing else to them but remove them', async ({ tab, page, portal, signInAs, users, user, say }) => {
  await signInAs(await portal.person('Nordhamn kommun', 'owner'));
  await users.open('?q=karim+bensaid');
  const row = users.row('Karim Bensaid');
  await row.locator('summary').click();
  await expect(row.locator('.list li')).toHaveText([say.suspendThem, say.removeGuest]);
  await row.getByRole('link', { name: 'Karim Bensaid' }).click();
  await expect(user.heading()).toHaveText('Karim Bensaid');
  await expect(page.getByRole('main')).toContainText(say.guest);
  for (const act of [say.unlock, say.sendLink, say.signOutEverywhere]) await expect(user.act(act)).toHaveCount(0);
  await tab.ready();
  await user.act(say.removeGuest).click();
  await expect(page.getByText(say.empty)).toBeVisible();
  await tab.ready();
  await user.reason().fill('Not needed any more');
  await user.act(say.suspendThem).click();
  await expect(user.said(say.oneSuspended)).toBeVisible();
  await tab.ready();
  await user.reason().fill('Needed again');
  await user.act(say.restoreThem).click();
  await expect(user.said(say.oneRestored)).toBeVisible();
});

test('the owner notes something on a person, and overwrites nobody else’s note', async ({ portal, anotherTab, signInAs, users, user, audit, say }) => {
  await signInAs(await portal.person('Nordhamn kommun', 'owner'));
  await users.open('?q=erik.sandell');
  await users.rows().getByRole('link').click();
  await expect(user.heading()).toHaveText('Erik Sandell');
  const late = new User(await anotherTab());
  await late.tab.visit(new URL(user.tab.page.url()).pathname);
  await user.note().fill('Ring före nio.\nAnsvarar för pumparna.');
  await user.saveNote();
  await expect(user.said(say.noteSaved)).toBeVisible();
  await expect(user.note()).toHaveValue('Ring före nio.\nAnsvarar för pumparna.');
  await late.note().fill('Slutar i mars.');
  await late.saveNote();
  await expect(late.conflict()).toBeVisible();
  await expect(late.differs(say.note)).toContainText(/Ansvarar för pumparna.*Slutar i mars/);
  await expect(late.note()).toHaveValue('Slutar i mars.');
  await late.tab.ready();
  await late.saveNote();
  await expect(late.said(say.noteSaved)).toBeVisible();
  await audit.open('?action=member.note_changed');
  await expect(audit.rows()).toHaveCount(2);
});

test('a note that another tab has saved is a conflict, although another form loads the person again', { tag: '@script' }, async ({ portal, anotherTab, signInAs, users, user, say }) => {
  await signInAs(await portal.person('Region Västmark', 'owner'));
  await users.open('?status=active&role=member');
  await users.rows().first().getByRole('link').click();
  await expect(user.note()).toHaveValue('');
  const other = new User(await anotherTab());
  await other.tab.visit(new URL(user.tab.page.url()).pathname);
  await user.note().fill('Slutar i mars.');
  await other.note().fill('Ring före nio.');
  await other.saveNote();
  await expect(other.said(say.noteSaved)).toBeVisible();
  await user.reason().fill('Tjänstledig');
  await user.act(say.suspendThem).click();
  await expect(user.said(say.oneSuspended)).toBeVisible();
  await expect(user.note(), 'what is typed stays').toHaveValue('Slutar i mars.');
  await user.saveNote();
  await expect(user.conflict()).toBeVisible();
  await expect(user.differs(say.note)).toContainText(/Ring före nio.*Slutar i mars/);
});

test('the owner exports the filtered list as a file for a spreadsheet in their language', async ({ page, portal, language, signInAs, users }) => {
  await signInAs(await portal.person('Brightwater Housing Trust', 'owner'));
  await users.open('?role=owner');
  const [download] = await Promise.all([page.waitForEvent('download'), users.export().click()]);
  expect(download.suggestedFilename()).toBe('users.csv');
  const text = readFileSync(await download.path(), 'utf8');
  expect(text).toMatch(
    language === 'sv'
      ? /^\uFEFFNamn;E-postadress;Roll;Status;Gäst;[^\r\n]+\r\nTom Ashworth;[^\r\n]*;owner;active;no;[^\r\n]+\r\n$/
      : /^\uFEFFname,email,role,status,guest,[a-z_,]+\r\nTom Ashworth,[^\r\n]*,owner,active,no,[^\r\n]+\r\n$/,
  );
});
