import { expect, owner, test } from '../../kit/test';

test.use({ server: 'fresh' });

const karim = { organisation: 'Nordhamns kommun', name: 'Karim Bensaid', email: 'karim.bensaid@nordhamn.example' };
const masked = 'k•••@nordhamn.example';

test('the operator sees undeliverable mail and sends it again', async ({
  page,
  portal,
  post,
  tab,
  setUp,
  newTenant,
  outbox,
  say,
}) => {
  await setUp.byCall(portal);
  await outbox.open();
  await expect(outbox.heading()).toHaveText(say.outgoingMail);
  await expect(outbox.empty()).toBeVisible();
  await outbox.test();
  await expect(outbox.tested()).toBeVisible();
  await post.receives(owner.email, say.testMail);

  post.refuses.add(karim.email);
  await newTenant.byCall(portal, karim);
  await outbox.givesUp(masked);
  await expect(outbox.row(masked)).toContainText(say.invitationKind);
  await expect(outbox.row(masked)).toContainText(karim.organisation);
  await expect(outbox.row(masked)).toContainText(say.refusedWith(550));
  await expect(page.getByText(karim.email)).toHaveCount(0);

  post.refuses.clear();
  await outbox.sendAgain(masked);
  await expect(outbox.sentAgain()).toBeVisible();
  await post.receives(karim.email, say.invitationMail(karim.organisation));
  await outbox.open();
  await expect(outbox.empty()).toBeVisible();

  post.refuses.add(owner.email);
  await outbox.test();
  await expect(outbox.tested()).toBeVisible();
  await outbox.givesUp('a•••@nordhamn.example');
  post.refuses.clear();
  await outbox.sendAll();
  await expect(outbox.sentAgain()).toBeVisible();
  await post.receives(owner.email, say.testMail);
  await tab.ready();
});
