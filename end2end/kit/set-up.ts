import { expect, type Page } from '@playwright/test';
import type { Portal } from './portal';
import { owner } from './test';
import type { Words } from './words';

/** Sets a portal up by its page; the page is then home. */
export async function setUpByPage(page: Page, portal: Portal, say: Words, ready: () => Promise<void>): Promise<void> {
  await page.goto(portal.setUpLink);
  await ready();
  await introduce(page, say);
  await page.getByLabel(say.password, { exact: true }).fill(owner.password);
  await page.getByRole('button', { name: say.save }).click();
  await expect(page).toHaveURL(`${portal.origin}/`);
  await ready();
}

/** Fills in who the first person is. */
export async function introduce(page: Page, say: Words): Promise<void> {
  await page.getByLabel(say.name).fill(owner.name);
  await page.getByLabel(say.organisation).fill(owner.organisation);
  await page.getByLabel(say.email, { exact: true }).fill(owner.email);
  await page.getByLabel(say.emailAgain).fill(owner.email);
}
