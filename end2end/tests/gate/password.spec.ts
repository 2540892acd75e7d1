import { expect, owner, test } from '../../kit/test';
import type { Route } from '@playwright/test';

test.use({ server: 'unset' });

test('the portal refuses a common or an expected password, also in disguise, and says why', async ({ page, portal, setUp, say }) => {
  await setUp.open(portal);
  for (const [typed, told] of [
    ['Passw0rd!2026!!', [say.common]],
    ['Anna.Lindqvist.1987', [say.expected]],
    ['P@ssw0rd1', [say.tooShort, say.common]],
  ] as const) {
    await setUp.introduce();
    await setUp.choose(typed);
    for (const text of told) await expect(page.getByText(text)).toBeVisible();
    await expect(setUp.password()).toHaveAttribute('aria-invalid', 'true');
  }
  await expect(setUp.rules()).toBeVisible();
  await expect(page.getByRole('listitem')).toHaveCount(3);
});

test.describe('while the owner types it', { tag: '@script' }, () => {
  test('the rules are met one by one', async ({ page, portal, setUp, say }) => {
    await setUp.open(portal);
    await setUp.introduce();
    const password = setUp.password();
    await expect(setUp.rule(say.ruleLength)).toHaveAttribute('data-state', 'open');
    await password.fill('Passw0rd!2026!!');
    await expect(setUp.rule(say.ruleLength)).toHaveAttribute('data-state', 'met');
    await expect(setUp.rule(say.ruleLength)).toContainText('15');
    await expect(setUp.rule(say.ruleCommon)).toHaveAttribute('data-state', 'broken');
    await expect(setUp.meter()).toHaveAttribute('value', '1');
    await expect(setUp.strength(say.weak)).toBeVisible();
    // Browser and server count both spellings of å as one letter.
    await password.fill('a\u030a'.repeat(14));
    await expect(setUp.rule(say.ruleLength)).toHaveAttribute('data-state', 'open');
    await expect(setUp.rule(say.ruleLength)).toContainText('14');
    const asked: string[] = [];
    page.on('request', request => asked.push(new URL(request.url()).pathname));
    await password.fill('');
    await password.pressSequentially(owner.password, { delay: 20 });
    await expect(page.getByText(say.allMet)).toBeVisible();
    await expect(setUp.strength(say.excellent)).toBeVisible();
    expect(asked.filter(path => path === '/rpc/judge_password').length, 'one request for many keys').toBeLessThanOrEqual(2);
  });

  for (const width of [1280, 320]) {
    test(`nothing moves when the strength arrives, at ${width} px`, async ({ page, portal, setUp, say }) => {
      await page.setViewportSize({ width, height: 720 });
      let hold: (route: Route) => void;
      await page.route('**/rpc/judge_password', route => hold(route));
      await setUp.open(portal);
      await setUp.introduce();
      // Both are compared: if the page grows or scrolls, one of them may keep its place.
      const boxes = () => Promise.all([setUp.password(), setUp.send()].map(part => part.boundingBox()));
      for (const [typed, strength] of [
        ['kort', say.weak],
        ['xqzvkwjp', say.fair],
        ['lampa fyr', say.good],
        [owner.password, say.excellent],
      ] as const) {
        const asked = new Promise<Route>(resolve => (hold = resolve));
        await setUp.password().fill(typed);
        const route = await asked;
        await expect(setUp.meter()).toHaveCount(0);
        const before = await boxes();
        await route.continue();
        await expect(setUp.strength(strength)).toBeVisible();
        expect(await boxes(), strength).toEqual(before);
      }
    });
  }
});
