import { looksRight } from '../../kit/look';
import { expect, test } from '../../kit/test';

test.use({ server: 'demo' });

const operator = ['Avtal', 'Diarium'];
const nordhamn = ['Avtal', 'Dataskydd', 'Visselblåsning', 'Diarium', 'Upphandling'];

for (const [role, organisation, products] of [
  ['owner', 'Mårdby Systems AB', operator],
  ['owner', 'Nordhamn kommun', nordhamn],
  ['administrator', 'Nordhamn kommun', nordhamn],
  ['auditor', 'Nordhamn kommun', nordhamn],
  ['member', 'Nordhamn kommun', nordhamn],
] as const) {
  test(`${organisation}: ${role} signs in and sees their products`, async ({ page, tab, portal, language, signIn, home, say }) => {
    const person = await portal.person(organisation, role);
    await signIn.open();
    await signIn.speak(language);
    await signIn.as(person);
    await home.reached();
    await expect(home.heading()).toHaveText(say.greeting(person.name.split(' ')[0]!));
    await expect(page).toHaveTitle(new RegExp(`– ${organisation}$`));
    await expect(home.account()).toContainText(person.name);
    await expect(home.products()).toHaveText([...products]);
    // The first page has the same parts for every role of an organisation. Only the account menu differs, and look.spec.ts looks at it.
    if (role === 'owner') await looksRight(tab);
  });
}
