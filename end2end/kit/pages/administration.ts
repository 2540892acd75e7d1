// The pages of an organisation's administrators and auditors.
import { expect, type Locator } from '@playwright/test';
import { words } from '../words';
import { PortalPage } from './page';
import { SignIn } from './gate';

/** The list of an organisation's people. */
export class Users extends PortalPage {
  static readonly path = '/admin/users';

  open = (query = ''): Promise<unknown> => this.tab.visit(Users.path + query);
  search = (): Locator => this.page.getByRole('searchbox', { name: this.say.searchUsers });
  table = (): Locator => this.page.getByRole('table', { name: this.say.users });
  rows = (): Locator => this.table().getByRole('rowheader');
  row = (person: string): Locator => this.table().getByRole('row').filter({ hasText: person });
  chip = (name: string): Locator => this.page.locator('.chips').getByRole('link', { name: new RegExp(`^${name} `) });
  column = (name: string): Locator => this.table().getByRole('columnheader', { name });
  pageLink = (name: string): Locator => this.page.getByRole('navigation', { name: this.say.pages }).getByRole('link', { name });
  bulk = (): Locator => this.page.locator('.bulk');
  do = (name: string): Locator => this.bulk().getByRole('button', { name, exact: true });
  reason = (): Locator => this.bulk().getByLabel(this.say.reasonField);
  export = (): Locator => this.button(this.say.export);
  noMatch = (): Locator => this.page.getByRole('heading', { name: this.say.nobodyFits });

  /** Searches: while typing with a script, else by the button. */
  async find(q: string): Promise<void> {
    await this.search().fill(q);
    if (!this.tab.scripts) await this.button(this.say.find).click();
    await expect(this.page).toHaveURL(new RegExp(`[?&]q=${encodeURIComponent(q).replaceAll('%20', '(%20|\\+)')}`));
    await this.tab.ready();
  }

  /** Ticks the rows with these numbers. */
  async tick(...at: number[]): Promise<void> {
    for (const n of at) await this.table().locator('.pick input').nth(n).check();
  }

  /** Chooses an act from a person's row menu. */
  async act(person: string, name: string): Promise<void> {
    await this.row(person).locator('summary').click();
    await this.row(person).locator('.list').getByText(name, { exact: true }).click();
  }
}

/** The page of one person. */
export class User extends PortalPage {
  act = (name: string): Locator => this.button(name);
  reason = (): Locator => this.field(this.say.reasonField);
  erasureReason = (): Locator => this.field(this.say.eraseBecause);
  role = (): Locator => this.page.getByRole('combobox', { name: this.say.role });
  note = (): Locator => this.page.getByRole('textbox', { name: this.say.note });
  saveNote = (): Promise<void> => this.button(this.say.saveNote).click();
  status = (word: string): Locator => this.page.getByRole('complementary').getByText(word, { exact: true });
  said = (text: string): Locator => this.page.getByRole('alert').getByText(text);
}

/** The page that invites people. */
export class Invitations extends PortalPage {
  static readonly path = '/admin/invitations';

  open = (): Promise<unknown> => this.tab.visit(Invitations.path);
  email = (): Locator => this.field(this.say.email);
  sent = (): Locator => this.page.getByRole('alert').getByText(this.say.invitationSent);
  fault = (): Locator => this.page.getByText(this.say.enterAnAddress);
  alreadyMember = (): Locator => this.page.getByText(this.say.belongsAlready);
  noneOpen = (): Locator => this.page.getByRole('heading', { name: this.say.nobodyAwaited });
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

/** The page that invites a whole list. */
export class InvitationList extends PortalPage {
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

  /** Shows the invitations before they are sent. */
  async show(): Promise<void> {
    await this.button(this.say.showWhatIsSent).click();
    await this.tab.ready();
  }
}

/** The rules of an organisation. */
export class Policy extends PortalPage {
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

  /** The choice that demands a second factor (1) or a passkey (2) of every member. */
  demandOfAll = (which: 1 | 2 = 1): Locator => this.page.locator(`[name="rules[second_factor]"][value="${which}"]`);

  /** The checkbox that confirms how many people may be locked out. */
  confirmed = (people: number): Locator => this.page.getByRole('checkbox', { name: this.say.mayBeLockedOut(people) });

  /** Types a rule's value and asks for its effect, which a script shows by itself. */
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

/** The organisation's name, colour, logo and contacts. */
export class Organisation extends PortalPage {
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

/** The audit log. */
export class Audit extends PortalPage {
  static readonly path = '/admin/audit';

  open = (query = ''): Promise<unknown> => this.tab.visit(Audit.path + query);
  events = (): Locator => this.page.getByRole('table', { name: this.say.auditEvents });
  /** The rows of events, each with the link that opens it. */
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

  /** Filters the events by a person. */
  async lookFor(name: string): Promise<void> {
    await this.person().fill(name);
    await this.person().press('Enter');
  }
}
