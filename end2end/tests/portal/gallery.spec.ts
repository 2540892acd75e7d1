import { accessible, brightness, fits, looksRight } from '../../kit/look';
import { Gallery } from '../../kit/pages';
import { expect, test } from '../../kit/test';

// Only a build for tests has it.
test.use({ build: 'qa' });
test.beforeEach(({ signInAs }) => signInAs());

test('the gallery shows every part in every state', async ({ page, gallery }) => {
  await gallery.open();
  const there = (part: string) => expect(page.getByRole('main').locator(part).filter({ visible: true }).first(), part).toBeVisible();
  for (const [part, states] of [
    ['section .notice', ['ok', 'info', 'warn', 'danger', 'quiet']],
    ['.tag', ['quiet', 'accent', 'ok', 'warn', 'danger', 'info']],
    ['.button', ['primary', 'quiet', 'plain', 'danger', 'danger-quiet']],
  ] as const) {
    for (const state of states) await there(`${part}[data-kind="${state}"]`);
  }
  for (const state of ['active', 'waiting', 'warn', 'failed', 'suspended']) {
    await there(`.status[data-is="${state}"]`);
  }
  const others = ['.seal', '.page-head .count', '.button:disabled', '.button[aria-busy]'];
  const lists = ['.table', '.table-foot', '.panel > footer', '.empty', '.empty .arch[data-tone=quiet]', '.avatar'];
  for (const part of [...others, ...lists]) await there(part);
});

for (const room of Gallery.rooms) {
  test(`${room} is accessible and fits`, { tag: '@look' }, async ({ tab, gallery }) => {
    await gallery.open(room);
    await looksRight(tab);
  });
}

test.describe('the error summary', () => {
  test('takes the focus and leads to each field', async ({ page, tab, gallery, say }) => {
    await gallery.open();
    await gallery.send().click();
    await expect(gallery.summary()).toBeFocused();
    await expect(gallery.summary()).toContainText(say.twoThings);
    await expect(gallery.summary(), 'a screen reader reads it out').toHaveRole('alert');
    await tab.ready();
    for (const [name, field] of [
      [say.nameEmpty, gallery.name()],
      [say.emailEmpty, gallery.email()],
    ] as const) {
      await gallery.summary().getByRole('link', { name }).click();
      await expect(field).toBeFocused();
      await expect(field).toBeInViewport();
      await expect(field).toHaveAttribute('aria-invalid', 'true');
      await expect(field).toHaveAccessibleDescription(new RegExp(say.empty));
    }
    await looksRight(tab);

    await gallery.name().fill('Karim Bensaid');
    await gallery.email().fill('karim');
    await gallery.send().click();
    await expect(gallery.summary()).toContainText(say.oneThing);
    await expect(gallery.summary(), 'each refusal moves the focus there').toBeFocused();
    await expect(gallery.summary().getByRole('link')).toHaveText([say.notAnEmail]);
    await expect(gallery.name()).toHaveValue('Karim Bensaid');
  });
});

test.describe('a menu', () => {
  test('opens by the keyboard and has its entries in order', async ({ page, gallery, say }) => {
    await gallery.open();
    const menu = gallery.menu('Karim Bensaid');
    await menu.locator('summary').focus();
    await page.keyboard.press('Enter');
    await expect(menu).toHaveAttribute('open', '');
    for (const name of [say.unlock, say.sendLink, say.suspend]) {
      await page.keyboard.press('Tab');
      await expect(menu.getByRole('button', { name })).toBeFocused();
    }
    for (let n = 0; n < 3; n++) await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await expect(menu).not.toHaveAttribute('open');
  });

  test('follows the arrow keys, and closes by Escape and when its user goes elsewhere', { tag: '@script' }, async ({ page, gallery, say }) => {
    await gallery.open();
    const menu = gallery.menu('Karim Bensaid');
    const summary = menu.locator('summary');
    const entry = (name: string) => menu.getByRole('button', { name });
    await summary.focus();
    await page.keyboard.press('Enter');
    await expect(menu).toHaveAttribute('open', '');
    for (const [key, name] of [
      ['ArrowDown', say.unlock],
      ['ArrowDown', say.sendLink],
      ['ArrowUp', say.unlock],
      ['ArrowUp', say.suspend],
      ['ArrowDown', say.unlock],
    ] as const) {
      await page.keyboard.press(key);
      await expect(entry(name)).toBeFocused();
    }
    await page.keyboard.press('Escape');
    await expect(menu).not.toHaveAttribute('open');
    await expect(summary).toBeFocused();

    await page.keyboard.press('Enter');
    await expect(menu).toHaveAttribute('open', '');
    await page.keyboard.press('Shift+Tab');
    await expect(menu, 'its user has moved the focus elsewhere').not.toHaveAttribute('open');

    await summary.click();
    await expect(menu).toHaveAttribute('open', '');
    await gallery.heading().click();
    await expect(menu, 'its user has pressed elsewhere').not.toHaveAttribute('open');
  });

  test('is accessible and fits when it is open', { tag: '@look' }, async ({ tab, gallery }) => {
    await gallery.open();
    await gallery.menu('Karim Bensaid').locator('summary').click();
    await looksRight(tab, '.menu[open]');
  });
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  for (const room of Gallery.rooms) {
    test(`the rail of ${room} opens by its button and closes again`, async ({ page, tab, gallery, home, say }) => {
      await gallery.open(room);
      await fits(tab);
      await expect(gallery.rail()).toBeHidden();
      await gallery.railButton().tap();
      await expect(gallery.rail()).toBeVisible();
      await fits(tab);
      await accessible(tab);
      await expect(gallery.rail().locator('[aria-current=page]')).toHaveAttribute('href', room);
      await page.keyboard.press('Escape');
      await expect(gallery.rail()).toBeHidden();
      await expect(gallery.railButton()).toBeFocused();
      await gallery.railButton().tap();
      await expect(gallery.rail()).toBeVisible();
      await page.touchscreen.tap(380, 400);
      await expect(gallery.rail(), 'its user has pressed beside it').toBeHidden();
      await gallery.railButton().tap();
      await gallery.rail().getByRole('link', { name: say.home }).tap();
      await home.reached();
    });
  }
});

test('the rail stands beside the page where there is room, and is dark for staff', async ({ page, tab, gallery }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  for (const room of Gallery.rooms) {
    await gallery.open(room);
    await expect(gallery.rail()).toBeVisible();
    await expect(gallery.railButton()).toBeHidden();
    const ground = await brightness(tab, '.rail');
    if (room.endsWith('/staff')) expect(ground).toBeLessThan(60);
    else expect(ground).toBeGreaterThan(220);
  }
});

test.describe('a table', () => {
  test('has rows, heads and an order, as cards and as a table', async ({ page, gallery, say }) => {
    await gallery.open();
    const table = gallery.people();
    const karim = table.getByRole('row').filter({ hasText: 'Karim' });
    for (const cards of [true, false]) {
      await page.setViewportSize(cards ? { width: 320, height: 640 } : { width: 1280, height: 720 });
      await expect(table.getByRole('row')).toHaveCount(cards ? 3 : 4);
      await expect(table.getByRole('columnheader')).toHaveText(cards ? [] : say.columns);
      await expect(karim.getByRole('rowheader').getByRole('link', { name: 'Karim Bensaid' })).toBeVisible();
      await expect(karim.getByRole('cell', { name: say.isLocked })).toBeVisible();
      // A card labels each of its lines.
      const label = await karim.getByRole('cell').first().evaluate(cell => getComputedStyle(cell, '::before').content);
      expect(label).toBe(cards ? `"${say.columns[1]}"` : 'none');
      if (!cards) continue;
      // A label wider than its column would run into the value.
      const room = await table.getByRole('cell').evaluateAll(cells =>
        cells.filter(cell => cell.dataset.label).map(cell => {
          const [name, value] = [document.createElement('span'), document.createRange()];
          value.selectNodeContents(cell);
          const start = value.getBoundingClientRect().left - cell.getBoundingClientRect().left;
          name.textContent = cell.dataset.label!;
          cell.append(name);
          const { width } = name.getBoundingClientRect();
          name.remove();
          return start - width;
        }),
      );
      expect(Math.min(...room), 'between a label and its value').toBeGreaterThan(4);
    }
    await expect(table.getByRole('columnheader', { name: say.columns[3] })).toHaveAttribute('aria-sort', 'descending');
    await table.getByRole('link', { name: say.columns[0] }).click();
    await expect(page).toHaveURL('/dev/gallery?sort=other');
  });
});

test('what moves stops for a visitor who prefers reduced motion', async ({ page, gallery }) => {
  await gallery.open();
  for (const [reducedMotion, moving] of [
    ['no-preference', ['spinner']],
    ['reduce', []],
  ] as const) {
    await page.emulateMedia({ reducedMotion });
    const endless = () => page.evaluate(() => {
      const now = document.getAnimations().filter(a => a.effect?.getComputedTiming().iterations === Infinity);
      return now.map(a => (a.effect as KeyframeEffect).target?.className);
    });
    await expect.poll(endless, reducedMotion).toEqual(moving);
  }
});

test.describe('a release build', () => {
  test.skip(!process.env.PORTVAKT, 'there is no release build to try');
  test.use({ build: 'release' });

  test('has no gallery', async ({ tab, say }) => {
    for (const room of Gallery.rooms) {
      expect((await tab.visitMissing(room)).status()).toBe(404);
      await expect(tab.heading()).toHaveText(say.notFound);
    }
  });
});
