// The pages before a person is signed in, and after signing out.
import { expect, type Locator } from '@playwright/test';
import { owner, type Person } from '../people';
import { ofLast, type Portal } from '../portal';
import { words, type Language } from '../words';
import { PortalPage, ChoosesPassword } from './page';

/** The sign-in page. */
export class SignIn extends PortalPage {
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

  /** Chooses a language by its link, which wins over the browser's and the account's. */
  async speak(language: Language): Promise<SignIn> {
    await this.page.getByRole('link', { name: words[language].itself, exact: true }).click();
    await expect(this.page.locator('html')).toHaveAttribute('lang', language);
    await this.tab.ready();
    return new SignIn(this.tab.in(language));
  }
}

/** The page that asks for the second factor. */
export class SignInCode extends PortalPage {
  static readonly path = '/sign-in/code';

  code = (): Locator => this.field(this.say.code);
  recoveryCode = (): Locator => this.field(this.say.recoveryCode);
  withRecoveryCode = (): Locator => this.page.getByRole('link', { name: this.say.useRecoveryCode });
  passkey = (): Locator => this.button(this.say.usePasskey);
  send = (): Locator => this.button(this.say.goOn);

  /** Enters a code of the code app. */
  async enter(code: string): Promise<void> {
    await this.code().fill(code);
    await this.send().click();
  }

  /** Enters a recovery code instead. */
  async recover(code: string): Promise<void> {
    await this.withRecoveryCode().click();
    await this.tab.ready();
    await this.recoveryCode().fill(code);
    await this.send().click();
  }
}

/** The step of a sign-in that sets up the second factor that the organisation demands. */
export class Enrol extends PortalPage {
  static readonly path = '/sign-in/second-factor';

  secret = async (): Promise<string> => (await this.page.locator('.secret').textContent())!;
  code = (): Locator => this.field(this.say.codeOfTheApp);
  codes = (): Locator => this.page.getByRole('list', { name: this.say.recoveryCodes }).getByRole('listitem');
  goOn = (): Locator => this.page.getByRole('link', { name: this.say.savedThem });
  passkey = (): Locator => this.button(this.say.makePasskey);

  async enter(code: string): Promise<void> {
    await this.code().fill(code);
    await this.button(this.say.turnOnAndGoOn).click();
  }
}

/** The step of a sign-in that replaces a password that breaks the organisation's rules. */
export class Renew extends ChoosesPassword {
  static readonly path = '/sign-in/password';

  password = (): Locator => this.field(this.say.newPassword);
  send = (): Locator => this.button(this.say.saveAndGoOn);
}

/** The page that asks before signing out, and confirms it afterwards. */
export class SignOut extends PortalPage {
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

/** The page that sends a reset link by mail. */
export class Forgot extends PortalPage {
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

/** The page of an open set-up link. */
export class SetUp extends ChoosesPassword {
  static readonly path = '/setup';

  open = (portal: Portal): Promise<unknown> => this.tab.visit(portal.setUpLink);
  name = (): Locator => this.page.getByLabel(this.say.name);
  organisation = (): Locator => this.page.getByLabel(this.say.organisation);
  email = (): Locator => this.field(this.say.email);
  emailAgain = (): Locator => this.page.getByLabel(this.say.emailAgain);
  password = (): Locator => this.field(this.say.password);

  /** Fills in the first owner's name, organisation and address. */
  async introduce(): Promise<void> {
    await this.name().fill(owner.name);
    await this.organisation().fill(owner.organisation);
    await this.email().fill(owner.email);
    await this.emailAgain().fill(owner.email);
  }

  /** Sets a portal up by a call, without its page. The owner is signed in in this browser. */
  async byCall(portal: Portal): Promise<void> {
    const browser = this.page.context().request;
    await browser.get(portal.setUpLink);
    const answer = await browser.post(`${portal.origin}/rpc/set_up`, {
      headers: { ...ofLast((await browser.storageState()).cookies), origin: portal.origin, accept: 'application/json', 'accept-language': this.tab.language },
      form: { ...owner, email_again: owner.email },
    });
    expect(answer.status(), await answer.text()).toBe(200);
  }
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

/** The pages behind the links in mails about an address. */
export class AddressLink extends PortalPage {
  open = (link: string): Promise<unknown> => this.tab.visit(link);
  confirm = (): Promise<void> => this.button(this.say.confirm).click();
  stop = (): Promise<void> => this.button(this.say.stopChange).click();
  confirmed = (): Locator => this.page.getByRole('heading', { name: this.say.addressConfirmed });
}
