import { looksRight, mailLooksRight } from '../../kit/look';
import { Profile } from '../../kit/pages';
import { linkIn } from '../../kit/post';
import { expect, imported, owner, test } from '../../kit/test';

test.describe('how a profile looks', { tag: '@look' }, () => {
  test.describe('after a year', () => {
    test.use({ server: 'demo' });

    test('the activity and the sessions are accessible and fit', async ({ tab, portal, signInAs, activity, sessions, anotherBrowser }) => {
      const auditor = await portal.person('Nordhamn kommun', 'auditor');
      await signInAs(auditor);
      await activity.open();
      await looksRight(tab);
      await signInAs(auditor, await anotherBrowser());
      await sessions.open();
      await looksRight(tab);
    });
  });

  test.describe('of a fresh portal', () => {
    test.use({ server: 'fresh' });

    test('the profile and the security page are accessible and fit', async ({ tab, anotherTab, portal, setUp, profile, security, say }) => {
      await setUp.byCall(portal);
      await profile.open();
      const stale = new Profile(await anotherTab());
      await stale.open();
      await profile.name().fill('Anna');
      await profile.save();
      await expect(profile.saved()).toBeVisible();
      await stale.name().fill('Anna Öberg');
      await stale.timeZone().selectOption('America/Argentina/Buenos_Aires');
      await stale.save();
      await expect(stale.differs('Anna Öberg')).toBeVisible();
      await stale.tab.ready();
      await looksRight(stale.tab);
      await security.open();
      await security.change('wrong', 'kort');
      await expect(tab.page.getByText(say.tooShort)).toBeVisible();
      await tab.ready();
      await looksRight(tab);
    });

    test('the page of a person’s data and of the erasure is accessible and fits', async ({ tab, portal, setUp, myData, home, language, signInAs }) => {
      await setUp.byCall(portal);
      await myData.open();
      await looksRight(tab);
      portal.import([{ ...imported, language }]);
      await signInAs(imported);
      await myData.open();
      await myData.erase('wrong');
      await expect(myData.wrong()).toBeVisible();
      await tab.ready();
      await looksRight(tab);
      await myData.erase(imported.password);
      await expect(myData.scheduled()).toBeVisible();
      await tab.ready();
      await looksRight(tab);
      await home.open();
      await expect(home.erasure()).toBeVisible();
      await looksRight(tab);
      await myData.open();
      await myData.stop();
      await expect(myData.stopped()).toBeVisible();
      await tab.ready();
      await looksRight(tab);
    });

    test('the mails about an address, and the pages that they lead to, are accessible and fit', async ({
      tab,
      anotherTab,
      portal,
      post,
      setUp,
      profile,
      addressLink,
      say,
    }) => {
      const [moved, second] = ['anna.oberg@nordhamn.example', 'anna@hemma.example'];
      const letters = await anotherTab();
      const looksAt = async (to: string, subject: string) => {
        const mail = await post.receives(to, subject);
        await mailLooksRight(letters, mail.html as string, subject);
        return mail;
      };
      await setUp.byCall(portal);
      await profile.open();
      await profile.ask(moved, owner.password);
      await expect(profile.waiting()).toBeVisible();
      await tab.ready();
      const confirm = linkIn(await looksAt(moved, say.confirmMail));
      const stop = linkIn(await looksAt(owner.email, say.askedMail));
      await profile.add(second);
      await expect(profile.waiting()).toHaveCount(2);
      await addressLink.open(linkIn(await looksAt(second, say.notificationMail)));
      await looksRight(tab);
      await addressLink.confirm();
      await expect(addressLink.confirmed()).toBeVisible();
      await tab.ready();
      await looksRight(tab);
      await looksAt(second, say.addedMail);
      await addressLink.open(confirm);
      await addressLink.confirm();
      await expect(addressLink.confirmed()).toBeVisible();
      await looksAt(owner.email, say.addressChangedMail);
      await tab.ready();
      await profile.open();
      await looksRight(tab);
      await profile.remove(second);
      await looksAt(second, say.removedMail);
      await addressLink.open(stop);
      await looksRight(tab);
      await addressLink.stop();
      await looksAt(moved, say.stoppedMail);
    });
  });
});
