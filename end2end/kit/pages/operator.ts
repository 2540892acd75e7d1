// The pages of the operator's administrators.
import { expect, type Locator } from '@playwright/test';
import type { Portal } from '../portal';
import { PortalPage } from './page';

/** A customer's name, and its first owner. */
export type Customer = { organisation: string; name: string; email: string };

/** The operator's list of organisations. */
export class Tenants extends PortalPage {
  static readonly path = '/operator/tenants';

  open = (query = ''): Promise<unknown> => this.tab.visit(Tenants.path + query);
  row = (organisation: string): Locator => this.page.getByRole('row').filter({ hasText: organisation });
  noMatch = (): Locator => this.page.getByRole('heading', { name: this.say.noOrganisationFits });

  /** Searches with the keyboard. */
  async search(text: string): Promise<void> {
    await this.page.getByLabel(this.say.searchOrganisations).fill(text);
    await this.page.getByLabel(this.say.searchOrganisations).press('Enter');
    await expect(this.page).toHaveURL(new RegExp(`q=${text}$`));
    await this.tab.ready();
  }

  /** Shows the organisations of one state. */
  async only(status: string): Promise<void> {
    await this.page.getByRole('search').getByRole('link', { name: status, exact: true }).click();
    await expect(this.page.locator('.chip[aria-current]')).toHaveText(status);
  }
}

/** The page that makes a customer. */
export class NewTenant extends PortalPage {
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

  /** Makes a customer by a call, without the page. */
  async byCall(portal: Portal, { organisation, name, email }: Customer): Promise<void> {
    const form = { name: organisation, slug: '', language: this.tab.language, owner_name: name, owner_email: email };
    await portal.call(this.page.context().request, 'create_tenant', form);
  }
}

/** The operator's page of one organisation. */
export class Tenant extends PortalPage {
  notice = (title: string): Locator => this.page.locator('main').getByText(title, { exact: true }).first();
  suspendButton = (): Locator => this.button(this.say.suspendIt);

  /** Waits for an organisation's page, and returns its path. */
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

/** The operator's page of outgoing mail. */
export class Outbox extends PortalPage {
  static readonly path = '/operator/mail';

  open = (): Promise<unknown> => this.tab.visit(Outbox.path);
  row = (to: string): Locator => this.page.getByRole('row').filter({ hasText: to });
  empty = (): Locator => this.page.getByRole('heading', { name: this.say.nothingGivenUp });
  sentAgain = (): Locator => this.page.getByRole('alert').getByText(this.say.sentAgain);
  tested = (): Locator => this.page.getByRole('alert').getByText(this.say.testOnItsWay);
  test = (): Promise<void> => this.button(this.say.sendATest).click();
  sendAll = (): Promise<void> => this.button(this.say.sendAllAgain).click();

  async sendAgain(to: string): Promise<void> {
    await this.row(to).locator('summary').click();
    await this.row(to).getByRole('button', { name: this.say.sendAgain }).click();
  }

  /** Reloads the page until it lists an undeliverable mail to this address. */
  async givesUp(to: string): Promise<void> {
    await expect(async () => {
      await this.open();
      await expect(this.row(to)).toBeVisible({ timeout: 500 });
    }).toPass();
  }
}
