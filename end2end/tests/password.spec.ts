import { introduce } from '../kit/set-up';
import { expect, test } from '../kit/test';

test('a common or an expected password is refused by name, whatever was done to it', async ({ page, fresh, say, ready }) => {
  await page.goto(fresh.setUpLink);
  await ready();
  const password = page.getByLabel(say.password, { exact: true });
  for (const [typed, told] of [
    ['Passw0rd!2026!!', [say.common]],
    ['Anna.Lindqvist.1987', [say.expected]],
    ['P@ssw0rd1', [say.tooShort, say.common]],
  ] as const) {
    await introduce(page, say);
    await password.fill(typed);
    await page.getByRole('button', { name: say.save }).click();
    for (const text of told) await expect(page.getByText(text)).toBeVisible();
    await expect(password).toHaveAttribute('aria-invalid', 'true');
  }
  await expect(page.getByRole('heading', { name: say.rules })).toBeVisible();
  await expect(page.getByRole('listitem')).toHaveCount(3);
});
