import { expect, type Download, type Locator, type Page } from '@playwright/test';
import { owner, type Person } from './people';
import type { Portal } from './portal';
import type { Tab } from './tab';
import { totp } from './totp';
import { words, type Language, type Words } from './words';

/** A page of the portal in a tab: how it is opened, found and used. */
abstract class At {
  protected readonly page: Page;
  protected readonly say: Words;

  constructor(readonly tab: Tab) {
    this.page = tab.page;
    this.say = tab.say;
  }

  heading = (): Locator => this.tab.heading();
  /** Somebody else has saved meanwhile, and what differs. */
  conflict = (): Locator => this.page.getByRole('alert').getByText(this.say.fasterElsewhere);
  differs = (field: string): Locator =>
    this.page.getByRole('table', { name: this.say.whatDiffers }).getByRole('row').filter({ hasText: field });

  protected button = (name: string): Locator => this.page.getByRole('button', { name, exact: true });
  protected field = (name: string): Locator => this.page.getByLabel(name, { exact: true });
}

/** The sign-in page. */
export class SignIn extends At {
  static readonly path = '/sign-in';

  open = (query = ''): Promise<unknown> => this.tab.visit(SignIn.path + query);
  email = (): Locator => this.field(this.say.email);
  password = (): Locator => this.field(this.say.password);
  show = (): Locator => this.button(this.say.show);
  hide = (): Locator => this.button(this.say.hide);
  send = (): Locator => this.button(this.say.signIn);
  passkey = (): Locator => this.button(this.say.withPasskey);
  forgotten = (): Locator => this.page.getByRole('link', { name: this.say.forgotten });

  /** Fills the form in and sends it. */
  async as({ email, password }: Pick<Person, 'email' | 'password'> = owner): Promise<void> {
    await this.email().fill(email);
    await this.password().fill(password);
    await this.send().click();
  }

  /** Chooses a language in this browser, whatever the browser or an account prefers. */
  async speak(language: Language): Promise<SignIn> {
    await this.page.getByRole('link', { name: words[language].itself, exact: true }).click();
    await expect(this.page.locator('html')).toHaveAttribute('lang', language);
    await this.tab.ready();
    return new SignIn(this.tab.in(language));
  }
}

/** A form that chooses a password: its strength and its rules. */
abstract class ChoosesPassword extends At {
  abstract password: () => Locator;

  send = (): Locator => this.button(this.say.save);
  rules = (): Locator => this.page.getByRole('heading', { name: this.say.rules });
  rule = (text: string): Locator => this.page.getByRole('listitem').filter({ hasText: text });
  meter = (): Locator => this.page.getByRole('meter');
  strength = (word: string): Locator => this.page.locator('.strength').getByText(word, { exact: true }).last();

  /** Fills the password in and sends the form. */
  async choose(password: string): Promise<void> {
    await this.password().fill(password);
    await this.send().click();
  }
}

/** The page of an open set-up link. */
export class SetUp extends ChoosesPassword {
  static readonly path = '/setup';

  open = (portal: Portal): Promise<unknown> => this.tab.visit(portal.setUpLink);
  name = (): Locator => this.page.getByLabel(this.say.name);
  organisation = (): Locator => this.page.getByLabel(this.say.organisation);
  email = (): Locator => this.field(this.say.email);
  emailAgain = (): Locator => this.page.getByLabel(this.say.emailAgain);
  password = (): Locator => this.field(this.say.password);

  /** Fills in who the first person is. */
  async introduce(): Promise<void> {
    await this.name().fill(owner.name);
    await this.organisation().fill(owner.organisation);
    await this.email().fill(owner.email);
    await this.emailAgain().fill(owner.email);
  }

  /** Sets a portal up without its page, which has a journey of its own: its owner is signed in in this browser. */
  async whole(portal: Portal): Promise<void> {
    const browser = this.page.context().request;
    await browser.get(portal.setUpLink);
    const answer = await browser.post(`${portal.origin}/rpc/set_up`, {
      headers: { origin: portal.origin, accept: 'application/json', 'accept-language': this.tab.language },
      form: { ...owner, email_again: owner.email },
    });
    expect(answer.status(), await answer.text()).toBe(200);
  }
}

/** The page that mails a reset link. */
export class Forgot extends At {
  static readonly path = '/forgot';

  open = (): Promise<unknown> => this.tab.visit(Forgot.path);
  email = (): Locator => this.field(this.say.email);
  sent = (): Locator => this.page.getByRole('alert').getByText(this.say.lookAtYourMail);

  /** Fills the address in and sends the form. */
  async ask(email: string): Promise<void> {
    await this.email().fill(email);
    await this.button(this.say.sendTheLink).click();
  }
}

/** The page of an open reset link. */
export class Reset extends ChoosesPassword {
  static readonly path = '/reset';

  open = (link: string): Promise<unknown> => this.tab.visit(link);
  password = (): Locator => this.field(this.say.newPassword);
  code = (): Locator => this.field(this.say.code);
}

/** The page of an open invitation. */
export class Invitation extends ChoosesPassword {
  static readonly path = '/invitation';

  open = (link: string): Promise<unknown> => this.tab.visit(link);
  name = (): Locator => this.field(this.say.name);
  password = (): Locator => this.field(this.say.choosePassword);
  accept = (): Locator => this.button(this.say.accept);

  /** Fills everything in and sends the form. */
  async register(name: string, password: string): Promise<void> {
    await this.name().fill(name);
    await this.choose(password);
  }
}

/** The page that invites people. */
export class Invitations extends At {
  static readonly path = '/admin/invitations';

  open = (): Promise<unknown> => this.tab.visit(Invitations.path);
  email = (): Locator => this.field(this.say.email);
  sent = (): Locator => this.page.getByRole('alert').getByText(this.say.invitationSent);
  fault = (): Locator => this.page.getByText(this.say.enterAnAddress);
  belongs = (): Locator => this.page.getByText(this.say.belongsAlready);
  nobody = (): Locator => this.page.getByRole('heading', { name: this.say.nobodyAwaited });
  row = (email: string): Locator => this.page.getByRole('row').filter({ hasText: email });
  resend = (email: string): Promise<void> => this.act(email, this.say.sendAgain);
  withdraw = (email: string): Promise<void> => this.act(email, this.say.takeBack);

  /** Fills the form in and sends it. */
  async invite(email: string, role: string): Promise<void> {
    await this.email().fill(email);
    await this.field(this.say.role).selectOption(role);
    await this.button(this.say.sendTheInvitation).click();
  }

  private async act(email: string, name: string): Promise<void> {
    await this.row(email).locator('summary').click();
    await this.row(email).getByRole('button', { name }).click();
  }
}

/** The people of an organisation. */
export class Users extends At {
  static readonly path = '/admin/users';

  open = (query = ''): Promise<unknown> => this.tab.visit(Users.path + query);
  search = (): Locator => this.page.getByRole('searchbox', { name: this.say.searchUsers });
  table = (): Locator => this.page.getByRole('table', { name: this.say.users });
  rows = (): Locator => this.table().getByRole('rowheader');
  row = (who: string): Locator => this.table().getByRole('row').filter({ hasText: who });
  chip = (name: string): Locator => this.page.locator('.chips').getByRole('link', { name: new RegExp(`^${name} `) });
  column = (name: string): Locator => this.table().getByRole('columnheader', { name });
  way = (name: string): Locator => this.page.getByRole('navigation', { name: this.say.pages }).getByRole('link', { name });
  bulk = (): Locator => this.page.locator('.bulk');
  do = (name: string): Locator => this.bulk().getByRole('button', { name, exact: true });
  reason = (): Locator => this.bulk().getByLabel(this.say.reasonField);
  export = (): Locator => this.button(this.say.export);
  nobody = (): Locator => this.page.getByRole('heading', { name: this.say.nobodyFits });

  /** Looks for somebody: as one types, or by the button where nothing hears that. */
  async find(q: string): Promise<void> {
    await this.search().fill(q);
    if (!this.tab.scripts) await this.button(this.say.find).click();
    await expect(this.page).toHaveURL(new RegExp(`[?&]q=${encodeURIComponent(q).replaceAll('%20', '(%20|\\+)')}`));
    await this.tab.ready();
  }

  /** Ticks rows. */
  async tick(...at: number[]): Promise<void> {
    for (const n of at) await this.table().locator('.pick input').nth(n).check();
  }

  /** Does something by a row's menu. */
  async act(who: string, name: string): Promise<void> {
    await this.row(who).locator('summary').click();
    await this.row(who).locator('.list').getByText(name, { exact: true }).click();
  }
}

/** The page of one of them. */
export class User extends At {
  act = (name: string): Locator => this.button(name);
  reason = (): Locator => this.field(this.say.reasonField);
  erasureReason = (): Locator => this.field(this.say.eraseBecause);
  role = (): Locator => this.page.getByRole('combobox', { name: this.say.role });
  status = (word: string): Locator => this.page.getByRole('complementary').getByText(word, { exact: true });
  said = (text: string): Locator => this.page.getByRole('alert').getByText(text);
}

/** My profile: name, language, time zone and addresses. */
export class Profile extends At {
  static readonly path = '/profile';

  open = (): Promise<unknown> => this.tab.visit(Profile.path);
  name = (): Locator => this.field(this.say.profileName);
  language = (): Locator => this.field(this.say.profileLanguage);
  timeZone = (): Locator => this.field(this.say.timeZone);
  saved = (): Locator => this.page.getByRole('alert').getByText(this.say.profileSaved);
  waiting = (): Locator => this.page.locator('.notice').filter({ hasText: this.say.waitsToBeConfirmed });
  wrong = (): Locator => this.page.getByRole('alert').getByText(this.say.wrongPassword);
  second = (email: string): Locator => this.page.getByRole('listitem').filter({ hasText: email });

  /** Saves the first form. */
  save = (): Promise<void> => this.button(this.say.saveProfile).click();

  /** Asks for another address. */
  async ask(email: string, password: string): Promise<void> {
    await this.field(this.say.newEmail).fill(email);
    await this.field(this.say.yourPassword).fill(password);
    await this.button(this.say.askAddress).click();
  }

  /** Asks for a second address. */
  async add(email: string): Promise<void> {
    await this.field(this.say.secondEmail).fill(email);
    await this.button(this.say.addAddress).click();
  }

  /** Takes the second address away. */
  remove = (email: string): Promise<void> => this.button(this.say.removeAddress(email)).click();
}

/** The pages of links that are mailed about an address. */
export class AddressLink extends At {
  open = (link: string): Promise<unknown> => this.tab.visit(link);
  confirm = (): Promise<void> => this.button(this.say.confirm).click();
  stop = (): Promise<void> => this.button(this.say.stopChange).click();
  confirmed = (): Locator => this.page.getByRole('heading', { name: this.say.addressConfirmed });
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
export class SecondFactor extends At {
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

  /** Sets a code app up: its secret, and the recovery codes. */
  async whole(): Promise<{ secret: string; recovery: string[] }> {
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

/** A person's passkeys, on the page of how they sign in. */
export class Passkeys extends At {
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

  /** Gives the person a passkey of this name. */
  async whole(name: string): Promise<void> {
    await this.open();
    await this.name().fill(name);
    await this.add().click();
    await expect(this.added()).toBeVisible();
    await expect(this.key(name)).toBeVisible();
  }

  /** Calls a passkey something else. */
  async rename(name: string, to: string): Promise<void> {
    const key = this.key(name);
    await key.locator('summary').click();
    await key.getByLabel(this.say.newPasskeyName).fill(to);
    await key.getByRole('button', { name: this.say.savePasskeyName }).click();
    await expect(this.key(to)).toBeVisible();
  }
}

/** The page that asks for a code. */
export class SignInCode extends At {
  static readonly path = '/sign-in/code';

  code = (): Locator => this.field(this.say.code);
  recoveryCode = (): Locator => this.field(this.say.recoveryCode);
  withRecoveryCode = (): Locator => this.page.getByRole('link', { name: this.say.useRecoveryCode });
  passkey = (): Locator => this.button(this.say.usePasskey);
  send = (): Locator => this.button(this.say.goOn);

  /** Fills a code in and sends it. */
  async enter(code: string): Promise<void> {
    await this.code().fill(code);
    await this.send().click();
  }

  /** The same with a recovery code. */
  async recover(code: string): Promise<void> {
    await this.withRecoveryCode().click();
    await this.tab.ready();
    await this.recoveryCode().fill(code);
    await this.send().click();
  }
}

/** The page of what is kept of a person. */
export class MyData extends At {
  static readonly path = '/profile/data';

  open = (): Promise<unknown> => this.tab.visit(MyData.path);
  password = (): Locator => this.field(this.say.yourPassword);
  wrong = (): Locator => this.page.getByRole('alert').getByText(this.say.wrongPassword);
  soleOwner = (organisation: string): Locator => this.page.getByText(this.say.soleOwner(organisation));
  standing = (): Locator => this.page.getByRole('heading', { name: this.say.erasedOn });
  stopped = (): Locator => this.page.getByRole('alert').getByText(this.say.erasureStopped);

  /** Gets the file. */
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

/** The page that invites a whole list. */
export class InvitationList extends At {
  static readonly path = '/admin/invitations/list';

  open = (): Promise<unknown> => this.tab.visit(InvitationList.path);
  people = (): Locator => this.field(this.say.people);
  file = (): Locator => this.field(this.say.csvFile);
  language = (): Locator => this.page.locator('select#language');
  row = (text: string): Locator => this.page.getByRole('row').filter({ hasText: text });
  notice = (text: string): Locator => this.page.getByRole('alert').filter({ hasText: text });
  faulty = (count: number): Locator => this.page.getByRole('region', { name: this.say.faultyLines(count) });
  send = (count: number): Locator => this.button(this.say.sendMany(count));
  anew = (): Locator => this.button(this.say.newList);

  /** Shows what would be sent. */
  async show(): Promise<void> {
    await this.button(this.say.showWhatIsSent).click();
    await this.tab.ready();
  }
}

/** What an organisation says of itself. */
export class Organisation extends At {
  static readonly path = '/admin/organisation';

  open = (): Promise<unknown> => this.tab.visit(Organisation.path);
  name = (): Locator => this.field(this.say.organisationName);
  accent = (): Locator => this.field(this.say.accent);
  domains = (): Locator => this.field(this.say.domains);
  securityContact = (): Locator => this.field(this.say.securityContact);
  saved = (): Locator => this.page.getByRole('alert').getByText(this.say.saved, { exact: true });
  file = (): Locator => this.field(this.say.image);
  logoChanged = (): Locator => this.page.getByRole('alert').getByText(this.say.logoChanged);
  signInPage = (): Locator => this.page.getByRole('link', { name: SignIn.path });

  async save(): Promise<void> {
    await this.button(this.say.saveIt).click();
  }

  async upload(file: string | { name: string; mimeType: string; buffer: Buffer }): Promise<void> {
    await this.file().setInputFiles(file);
    await this.button(this.say.upload).click();
    await this.tab.ready();
  }

  removeLogo = (): Promise<void> => this.button(this.say.removeLogo).click();
}

/** The rules of an organisation. */
export class Policy extends At {
  static readonly path = '/admin/policy';

  open = (query = ''): Promise<unknown> => this.tab.visit(Policy.path + query);
  rule = (name: string): Locator => this.page.locator(`[id="rules[${name}]"]`);
  setting = (name: string): Locator => this.page.locator('.setting').filter({ has: this.rule(name) });
  effect = (): Locator => this.page.locator('.impact');
  bar = (): Locator => this.page.getByRole('region', { name: this.say.unsavedChanges });
  changedBy = (): Locator => this.page.locator('.page-head').filter({ has: this.page.locator('time') });
  affected = (words: string | RegExp): Locator => this.effect().getByRole('listitem').filter({ hasText: words });
  reason = (): Locator => this.field(this.say.why);
  saved = (): Locator => this.page.getByRole('alert').getByText(this.say.policySaved);
  versions = (): Locator => this.page.getByRole('link', { name: this.say.earlierVersions });
  version = (at: number): Locator => this.page.getByRole('row').nth(at);
  restore = (at: number): Locator => this.version(at).getByRole('link', { name: this.say.lookAndRestore });

  /** What everybody needs: 1 is a second factor, 2 a passkey. */
  demandOfAll = (which: 1 | 2 = 1): Locator => this.page.locator(`[name="rules[second_factor]"][value="${which}"]`);

  /** That those are known of who may be locked out. */
  confirmed = (people: number): Locator => this.page.getByRole('checkbox', { name: this.say.mayBeLockedOut(people) });

  /** Types a rule, and looks at what it would do. */
  async tryOut(name: string, value: string): Promise<void> {
    await this.rule(name).fill(value);
    if (!this.tab.scripts) await this.showEffect();
  }

  showEffect = (): Promise<void> => this.button(this.say.showEffect).click();

  async save(reason: string): Promise<void> {
    await this.reason().fill(reason);
    await this.saveAgain();
  }

  saveAgain = (): Promise<void> => this.button(this.say.savePolicy).click();
}

/** The part of a sign-in that sets a second factor up, because it is demanded. */
export class Enrol extends At {
  static readonly path = '/sign-in/second-factor';

  secret = async (): Promise<string> => (await this.page.locator('.secret').textContent())!;
  code = (): Locator => this.field(this.say.codeOfTheApp);
  codes = (): Locator => this.page.getByRole('list', { name: this.say.recoveryCodes }).getByRole('listitem');
  onward = (): Locator => this.page.getByRole('link', { name: this.say.savedThem });
  passkey = (): Locator => this.button(this.say.makePasskey);

  async enter(code: string): Promise<void> {
    await this.code().fill(code);
    await this.button(this.say.turnOnAndGoOn).click();
  }
}

/** The end of a sign-in with a password that falls short. */
export class Renew extends ChoosesPassword {
  static readonly path = '/sign-in/password';

  password = (): Locator => this.field(this.say.newPassword);
  send = (): Locator => this.button(this.say.saveAndGoOn);
}

/** Who a customer is, and its first owner. */
export type Customer = { organisation: string; name: string; email: string };

/** The operator's list of organisations. */
export class Tenants extends At {
  static readonly path = '/operator/tenants';

  open = (query = ''): Promise<unknown> => this.tab.visit(Tenants.path + query);
  row = (organisation: string): Locator => this.page.getByRole('row').filter({ hasText: organisation });
  noneFits = (): Locator => this.page.getByRole('heading', { name: this.say.noOrganisationFits });

  /** Searches, as one does with the keyboard. */
  async search(text: string): Promise<void> {
    await this.page.getByLabel(this.say.searchOrganisations).fill(text);
    await this.page.getByLabel(this.say.searchOrganisations).press('Enter');
    await expect(this.page).toHaveURL(new RegExp(`q=${text}$`));
    await this.tab.ready();
  }

  /** Shows those of one state. */
  async only(status: string): Promise<void> {
    await this.page.getByRole('search').getByRole('link', { name: status, exact: true }).click();
    await expect(this.page.locator('.chip[aria-current]')).toHaveText(status);
  }
}

/** The page that makes a customer. */
export class NewTenant extends At {
  static readonly path = '/operator/tenants/new';

  open = (): Promise<unknown> => this.tab.visit(NewTenant.path);
  send = (): Locator => this.button(this.say.makeTheCustomer);

  /** Fills everything in but the short name, and sends the form. */
  async make({ organisation, name, email }: Customer): Promise<void> {
    await this.field(this.say.customerName).fill(organisation);
    await this.field(this.say.ownerName).fill(name);
    await this.field(this.say.ownerEmail).fill(email);
    await this.send().click();
  }

  shortName = (): Locator => this.field(this.say.shortName);
}

/** The operator's page of one organisation. */
export class Tenant extends At {
  notice = (title: string): Locator => this.page.locator('main').getByText(title, { exact: true }).first();
  suspendButton = (): Locator => this.button(this.say.suspendIt);

  /** Waits until one is there; the page's path. */
  async reached(organisation: string): Promise<string> {
    await expect(this.heading()).toHaveText(organisation);
    await this.tab.ready();
    return new URL(this.page.url()).pathname;
  }

  async suspend(reason: string): Promise<void> {
    await this.field(this.say.suspensionReason).fill(reason);
    await this.suspendButton().click();
  }

  restore = (): Promise<void> => this.button(this.say.restoreIt).click();

  async end(confirm: string): Promise<void> {
    await this.field(this.say.confirmEnd).fill(confirm);
    await this.button(this.say.endIt).click();
  }
}

/** The operator's page of mail. */
export class Outbox extends At {
  static readonly path = '/operator/mail';

  open = (): Promise<unknown> => this.tab.visit(Outbox.path);
  row = (to: string): Locator => this.page.getByRole('row').filter({ hasText: to });
  nothing = (): Locator => this.page.getByRole('heading', { name: this.say.nothingGivenUp });
  sentAgain = (): Locator => this.page.getByRole('alert').getByText(this.say.sentAgain);
  tested = (): Locator => this.page.getByRole('alert').getByText(this.say.testOnItsWay);
  test = (): Promise<void> => this.button(this.say.sendATest).click();
  sendAll = (): Promise<void> => this.button(this.say.sendAllAgain).click();

  async sendAgain(to: string): Promise<void> {
    await this.row(to).locator('summary').click();
    await this.row(to).getByRole('button', { name: this.say.sendAgain }).click();
  }

  /** Looks until a mail to an address was given up. */
  async givesUp(to: string): Promise<void> {
    await expect(async () => {
      await this.open();
      await expect(this.row(to)).toBeVisible({ timeout: 500 });
    }).toPass();
  }
}

/** The first page of somebody who is signed in. */
export class Home extends At {
  static readonly path = '/';

  open = (): Promise<unknown> => this.tab.visit(Home.path);
  account = (): Locator => this.page.getByRole('banner').locator('summary');
  noProducts = (): Locator => this.page.getByRole('heading', { name: this.say.noProducts });
  erasure = (): Locator => this.page.getByRole('heading', { name: this.say.erasedOn });
  products = (): Locator => this.page.getByRole('region', { name: this.say.products }).getByRole('link');

  /** Waits until somebody is there. */
  async reached(path = Home.path): Promise<void> {
    await expect(this.page).toHaveURL(path);
    await this.tab.ready();
  }

  administrationLink = (): Locator => this.page.getByRole('link', { name: this.say.administration });

  profileLink = (): Locator => this.page.getByRole('banner').getByRole('link', { name: this.say.myProfile });

  /** Goes to the administration by the account's menu. */
  async administration(): Promise<void> {
    await this.account().click();
    await this.administrationLink().click();
    await this.tab.ready();
  }

  customersLink = (): Locator => this.page.getByRole('link', { name: this.say.customers, exact: true });
  goTo = (organisation: string): Locator => this.button(this.say.goTo(organisation));

  /** Goes on in another organisation by the account's menu. */
  async switchTo(organisation: string): Promise<void> {
    await this.account().click();
    const loaded = this.page.waitForEvent('load');
    await this.goTo(organisation).click();
    await loaded;
    await this.reached();
  }

  /** Signs out by the account's menu. */
  async signOut(): Promise<void> {
    await this.account().click();
    await this.button(this.say.signOut).click();
    await expect(new SignOut(this.tab).done()).toBeVisible();
    await this.tab.ready();
  }
}

/** The audit log. */
export class Audit extends At {
  static readonly path = '/admin/audit';

  open = (query = ''): Promise<unknown> => this.tab.visit(Audit.path + query);
  events = (): Locator => this.page.getByRole('table', { name: this.say.auditEvents });
  /** The rows of events: each has the link that opens it. */
  rows = (): Locator => this.events().getByRole('row').filter({ has: this.page.locator('a[id^=event-]') });
  row = (text: string): Locator => this.rows().filter({ hasText: text });
  openRow = (row: Locator): Promise<void> => row.locator('a[id^=event-]').click();
  link = (seq: number): Locator => this.page.locator(`#event-${seq}`);
  drawer = (): Locator => this.page.getByRole('complementary');
  close = (): Locator => this.drawer().getByRole('link', { name: this.say.close });
  person = (): Locator => this.page.getByRole('searchbox', { name: this.say.person });
  chip = (name: string): Locator => this.page.getByRole('search').getByRole('link', { name, exact: true });
  more = (): Locator => this.page.locator('.more-filters > summary');
  event = (): Locator => this.field(this.say.event);
  from = (): Locator => this.field(this.say.from);
  until = (): Locator => this.field(this.say.until);
  show = (): Locator => this.button(this.say.show_);
  clear = (): Locator => this.page.getByRole('search').getByRole('link', { name: this.say.clearFilters });
  older = (): Locator => this.page.getByRole('link', { name: this.say.older });
  newest = (): Locator => this.page.getByRole('link', { name: this.say.newest });
  noMatch = (): Locator => this.page.getByRole('heading', { name: this.say.noMatch });
  rail = (): Locator => this.page.getByRole('navigation', { name: this.say.mainMenu }).getByRole('link');
  verifyNow = (): Locator => this.button(this.say.verifyNow);
  verified = (): Locator => this.page.locator('.page-head').getByText(this.say.verified);

  /** Looks for a person. */
  async lookFor(name: string): Promise<void> {
    await this.person().fill(name);
    await this.person().press('Enter');
  }
}

/** What the person did. */
export class Activity extends At {
  static readonly path = '/profile/activity';

  open = (): Promise<unknown> => this.tab.visit(Activity.path);
  events = (): Locator => this.page.getByRole('region', { name: this.say.events }).getByRole('listitem');
  older = (): Locator => this.page.getByRole('link', { name: this.say.older });
  newest = (): Locator => this.page.getByRole('link', { name: this.say.newest });
}

/** Where the person is signed in. */
export class Sessions extends At {
  static readonly path = '/profile/sessions';

  open = (): Promise<unknown> => this.tab.visit(Sessions.path);
  sessions = (): Locator => this.page.getByRole('region', { name: this.say.whereSignedIn }).getByRole('listitem');
  here = (): Locator => this.sessions().filter({ hasText: this.say.thisDevice });
  elsewhere = (): Locator => this.sessions().filter({ hasNotText: this.say.thisDevice });
  end = (session: Locator): Promise<void> => session.getByRole('button').click();
  endOthers = (): Locator => this.button(this.say.signOutOthers);
  ended = (): Locator => this.page.getByRole('alert').getByText(this.say.signedOutThere);
  alone = (): Locator => this.page.getByText(this.say.nowhereElse);
}

/** The page that asks whether one wants to sign out, or says that one has. */
export class SignOut extends At {
  static readonly path = '/sign-out';

  open = (): Promise<unknown> => this.tab.visit(SignOut.path);
  send = (): Locator => this.button(this.say.signOut);
  done = (): Locator => this.page.getByRole('heading', { name: this.say.signedOut });

  /** Goes to the sign-in page. */
  async again(): Promise<void> {
    await this.page.getByRole('link', { name: this.say.again }).click();
    await expect(this.page).toHaveURL(SignIn.path);
    await this.tab.ready();
  }
}

/** Every part in every state, in a tenant's room or in the staff's. */
export class Gallery extends At {
  static readonly rooms = ['/dev/gallery', '/dev/gallery/staff'] as const;

  open = (room: (typeof Gallery.rooms)[number] = Gallery.rooms[0]): Promise<unknown> => this.tab.visit(room);

  name = (): Locator => this.field(this.say.galleryName);
  email = (): Locator => this.field(this.say.email);
  send = (): Locator => this.button(this.say.sendInvitation);
  summary = (): Locator => this.page.locator('.error-summary');

  suspend = (): Locator => this.page.locator('[commandfor=suspend][aria-haspopup=dialog]');
  dialog = (): Locator => this.page.getByRole('dialog', { name: this.say.suspendQuestion });
  reason = (): Locator => this.dialog().getByLabel(this.say.reason);
  keepActive = (): Locator => this.dialog().getByRole('button', { name: this.say.keepActive });
  suspendNow = (): Locator => this.dialog().getByRole('button', { name: this.say.suspend });

  /** The menu of what can be done with somebody. */
  menu = (name: string): Locator => this.page.locator('.menu', { has: this.page.getByLabel(this.say.actionsFor + name) });

  unlock = (): Locator => this.page.locator('section > .cluster > button', { hasText: this.say.unlock });
  /** The corner of the window, without the toasts that stand in the page. */
  corner = (): Locator => this.page.locator('.toasts[role=status]');
  undo = (): Locator => this.corner().getByRole('button', { name: this.say.undo });

  rail = (): Locator => this.page.getByRole('navigation', { name: this.say.mainMenu });
  railButton = (): Locator => this.button(this.say.menu);

  people = (): Locator => this.page.getByRole('table', { name: this.say.users });
  pages = (): Locator => this.page.getByRole('navigation', { name: this.say.pages });
}
