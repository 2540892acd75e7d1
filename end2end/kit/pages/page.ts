// What all pages share.
import type { Locator, Page } from '@playwright/test';
import type { Tab } from '../tab';
import type { Words } from '../words';

/** The address of a page about a link or a waiting sign-in, whose name in it is another one each time. */
export const about = (path: string, more = ''): RegExp => new RegExp(`^https?://[^/]+${path}\\?of=[\\w-]{8}${more}$`);

/** A page of the portal in a tab: its address, its elements and its forms. */
export abstract class PortalPage {
  protected readonly page: Page;
  protected readonly say: Words;

  constructor(readonly tab: Tab) {
    this.page = tab.page;
    this.say = tab.say;
  }

  heading = (): Locator => this.tab.heading();
  /** The notice that another person has saved in the meantime; `differs` is a row of its table. */
  conflict = (): Locator => this.page.getByRole('alert').getByText(this.say.fasterElsewhere);
  differs = (field: string): Locator =>
    this.page.getByRole('table', { name: this.say.whatDiffers }).getByRole('row').filter({ hasText: field });

  protected button = (name: string): Locator => this.page.getByRole('button', { name, exact: true });
  protected field = (name: string): Locator => this.page.getByLabel(name, { exact: true });
}

/** A page whose form chooses a password, with the rules and the strength. */
export abstract class ChoosesPassword extends PortalPage {
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
