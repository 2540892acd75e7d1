// A page in a tab, whichever it is.
import type { Locator, Page } from '@playwright/test';
import type { Tab } from '../tab';
import type { Words } from '../words';

/** A page of the portal in a tab: how it is opened, found and used. */
export abstract class PortalPage {
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

/** A form that chooses a password: its strength and its rules. */
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
