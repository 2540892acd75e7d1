// The pages of a person's own account.
import { expect, type Download, type Locator } from '@playwright/test';
import type { Portal } from '../portal';
import { totp } from '../totp';
import { PortalPage, ChoosesPassword } from './page';

/** My profile: name, language, time zone and addresses. */
export class Profile extends PortalPage {
  static readonly path = '/profile';

  open = (): Promise<unknown> => this.tab.visit(Profile.path);
  name = (): Locator => this.field(this.say.profileName);
  language = (): Locator => this.field(this.say.profileLanguage);
  timeZone = (): Locator => this.field(this.say.timeZone);
  saved = (): Locator => this.page.getByRole('alert').getByText(this.say.profileSaved);
  waiting = (): Locator => this.page.locator('.notice').filter({ hasText: this.say.waitsToBeConfirmed });
  wrong = (): Locator => this.page.getByRole('alert').getByText(this.say.wrongPassword);
  second = (email: string): Locator => this.page.getByRole('listitem').filter({ hasText: email });

  /** Saves name, language and time zone. */
  save = (): Promise<void> => this.button(this.say.saveProfile).click();

  /** Asks for another email address. */
  async ask(email: string, password: string): Promise<void> {
    await this.field(this.say.newEmail).fill(email);
    await this.field(this.say.yourPassword).fill(password);
    await this.button(this.say.askAddress).click();
  }

  /** Asks for a second address for notices. */
  async add(email: string): Promise<void> {
    await this.field(this.say.secondEmail).fill(email);
    await this.button(this.say.addAddress).click();
  }

  /** Removes the second address. */
  remove = (email: string): Promise<void> => this.button(this.say.removeAddress(email)).click();
}

/** My profile: the password. */
export class Security extends ChoosesPassword {
  static readonly path = '/profile/security';

  open = (): Promise<unknown> => this.tab.visit(Security.path);
  current = (): Locator => this.field(this.say.currentPassword);
  password = (): Locator => this.field(this.say.newPassword);
  send = (): Locator => this.button(this.say.changePassword);
  changed = (): Locator => this.page.getByRole('alert').getByText(this.say.passwordChanged);
  wrong = (): Locator => this.page.getByRole('alert').getByText(this.say.wrongPassword);

  /** Fills both passwords in and sends the form. */
  async change(current: string, password: string): Promise<void> {
    await this.current().fill(current);
    await this.choose(password);
  }
}

/** My profile: the second factor. */
export class SecondFactor extends PortalPage {
  open = (): Promise<unknown> => this.tab.visit(Security.path);
  begin = (): Locator => this.button(this.say.turnOnTwoFactor);
  qr = (): Locator => this.page.getByRole('img', { name: this.say.qrCode });
  secret = async (): Promise<string> => (await this.page.locator('.secret').textContent())!;
  code = (): Locator => this.field(this.say.codeOfTheApp);
  turnOn = (): Locator => this.button(this.say.turnOn);
  later = (): Locator => this.button(this.say.doItLater);
  remove = (): Locator => this.button(this.say.turnOffTwoFactor);
  make = (): Locator => this.button(this.say.makeNewCodes);
  codes = (): Locator => this.page.getByRole('list', { name: this.say.recoveryCodes }).getByRole('listitem');
  off = (): Locator => this.page.getByRole('alert').getByText(this.say.twoFactorIsOff);

  /** Sets a code app up by calls, without the page; returns its secret and the recovery codes. */
  async byCall(portal: Portal): Promise<{ secret: string; recovery: string[] }> {
    const browser = this.page.context().request;
    await portal.call(browser, 'begin_code_app');
    const { second } = (await (await portal.call(browser, 'load_security')).json()) as { second: { enrolment: { secret: string } } };
    const { secret } = second.enrolment;
    const made = await portal.call(browser, 'confirm_code_app', { code: totp(secret) });
    const { Codes: codes } = (await made.json()) as { Codes: { recovery_codes: string[] } };
    const recovery = codes.recovery_codes;
    expect(recovery).toHaveLength(10);
    return { secret, recovery };
  }

  /** Sets a code app up on the page; returns its secret and the recovery codes. */
  async byPage(): Promise<{ secret: string; recovery: string[] }> {
    await this.open();
    await this.begin().click();
    await expect(this.qr()).toBeVisible();
    await this.tab.ready();
    const secret = await this.secret();
    await this.code().fill(totp(secret));
    await this.turnOn().click();
    await expect(this.codes()).toHaveCount(10);
    await this.tab.ready();
    return { secret, recovery: await this.codes().allTextContents() };
  }
}

/** My profile: the passkeys. */
export class Passkeys extends PortalPage {
  open = (): Promise<unknown> => this.tab.visit(Security.path);
  panel = (): Locator => this.page.getByRole('region', { name: this.say.passkeys, exact: true });
  key = (name: string): Locator => this.panel().getByRole('listitem').filter({ hasText: name });
  name = (): Locator => this.field(this.say.passkeyName);
  add = (): Locator => this.button(this.say.addPasskey);
  added = (): Locator => this.panel().getByRole('alert').getByText(this.say.passkeyAdded);
  codes = (): Locator => this.panel().getByRole('list', { name: this.say.recoveryCodes }).getByRole('listitem');
  remove = (name: string): Locator => this.button(this.say.removePasskey(name));
  prove = (): Locator => this.button(this.say.proveByPasskey);
  goWithout = (): Locator => this.button(this.say.goWithoutPassword);

  /** Adds a passkey with this name. */
  async byPage(name: string): Promise<void> {
    await this.open();
    await this.name().fill(name);
    await this.add().click();
    await expect(this.added()).toBeVisible();
    await expect(this.key(name)).toBeVisible();
  }

  /** Renames a passkey. */
  async rename(name: string, to: string): Promise<void> {
    const key = this.key(name);
    await key.locator('summary').click();
    await key.getByLabel(this.say.newPasskeyName).fill(to);
    await key.getByRole('button', { name: this.say.savePasskeyName }).click();
    await expect(this.key(to)).toBeVisible();
  }
}

/** My profile: the sessions. */
export class Sessions extends PortalPage {
  static readonly path = '/profile/sessions';

  open = (): Promise<unknown> => this.tab.visit(Sessions.path);
  sessions = (): Locator => this.page.getByRole('region', { name: this.say.whereSignedIn }).getByRole('listitem');
  here = (): Locator => this.sessions().filter({ hasText: this.say.thisDevice });
  elsewhere = (): Locator => this.sessions().filter({ hasNotText: this.say.thisDevice });
  end = (session: Locator): Promise<void> => session.getByRole('button').click();
  endOthers = (): Locator => this.button(this.say.signOutOthers);
  ended = (): Locator => this.page.getByRole('alert').getByText(this.say.signedOutThere);
  noOthers = (): Locator => this.page.getByText(this.say.nowhereElse);
}

/** My profile: the activity. */
export class Activity extends PortalPage {
  static readonly path = '/profile/activity';

  open = (): Promise<unknown> => this.tab.visit(Activity.path);
  events = (): Locator => this.page.getByRole('region', { name: this.say.events }).getByRole('listitem');
  older = (): Locator => this.page.getByRole('link', { name: this.say.older });
  newest = (): Locator => this.page.getByRole('link', { name: this.say.newest });
}

/** My profile: the data, and the erasure of the account. */
export class MyData extends PortalPage {
  static readonly path = '/profile/data';

  open = (): Promise<unknown> => this.tab.visit(MyData.path);
  password = (): Locator => this.field(this.say.yourPassword);
  wrong = (): Locator => this.page.getByRole('alert').getByText(this.say.wrongPassword);
  soleOwner = (organisation: string): Locator => this.page.getByText(this.say.soleOwner(organisation));
  scheduled = (): Locator => this.page.getByRole('heading', { name: this.say.erasedOn });
  stopped = (): Locator => this.page.getByRole('alert').getByText(this.say.erasureStopped);

  /** Downloads the data. */
  async download(): Promise<Download> {
    const download = this.page.waitForEvent('download');
    await this.page.getByRole('link', { name: this.say.getTheFile }).click();
    return download;
  }

  /** Asks for the account to be erased. */
  async erase(password: string): Promise<void> {
    await this.password().fill(password);
    await this.button(this.say.eraseMe).click();
  }

  stop = (): Promise<void> => this.button(this.say.stopErasure).click();
}
