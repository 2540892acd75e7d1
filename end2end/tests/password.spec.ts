import { expect, owner, test } from '../kit/test';

test.use({ server: 'fresh' });

test('a common or an expected password is refused by name, whatever was done to it', async ({ page, portal, setUp, say }) => {
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

test.describe('while it is typed', { tag: '@script' }, () => {
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
    // Two spellings of å are one letter, to the browser as to the server.
    await password.fill('a\u030a'.repeat(14));
    await expect(setUp.rule(say.ruleLength)).toHaveAttribute('data-state', 'open');
    await expect(setUp.rule(say.ruleLength)).toContainText('14');
    const asked: string[] = [];
    page.on('request', request => asked.push(new URL(request.url()).pathname));
    await password.fill('');
    await password.pressSequentially(owner.password, { delay: 20 });
    await expect(page.getByText(say.allMet)).toBeVisible();
    await expect(setUp.strength(say.excellent)).toBeVisible();
    expect(asked.filter(path => path === '/rpc/judge_password').length, 'one question for many keys').toBeLessThanOrEqual(2);
  });
});
