import { looksRight } from '../../kit/look';
import { expect, test } from '../../kit/test';

test.use({ server: 'fresh' });

test('the operator’s pages are accessible and fit', { tag: '@look' }, async ({
  page,
  tab,
  portal,
  post,
  setUp,
  tenants,
  newTenant,
  tenant,
  outbox,
  say,
}) => {
  await setUp.byCall(portal);
  post.refuses.add('karim.bensaid@nordhamn.example');
  await newTenant.open();
  await newTenant.send().click();
  await expect(page.getByText(say.empty).first()).toBeVisible();
  await tab.ready();
  await looksRight(tab);
  const organisation = 'Nordhamns kommuns räddningstjänstförbund';
  await newTenant.make({ organisation, name: 'Karim Bensaid', email: 'karim.bensaid@nordhamn.example' });
  await tenant.reached(organisation);
  await looksRight(tab);
  await tenant.end('nordhamns-kommuns');
  await expect(page.getByText(say.notTheSame)).toBeVisible();
  await tab.ready();
  await looksRight(tab);
  await tenants.open();
  await looksRight(tab);
  await tenants.open('?q=nobody');
  await looksRight(tab);
  await outbox.givesUp('k•••@nordhamn.example');
  await looksRight(tab);
});
