// The page after signing in, and the gallery of the portal's parts.
import { expect, type Locator } from '@playwright/test';
import { PortalPage } from './page';
import { SignOut } from './gate';

/** The page after signing in. */
export class Home extends PortalPage {
  static readonly path = '/';

  open = (): Promise<unknown> => this.tab.visit(Home.path);
  account = (): Locator => this.page.getByRole('banner').locator('summary');
  noProducts = (): Locator => this.page.getByRole('heading', { name: this.say.noProducts });
  erasure = (): Locator => this.page.getByRole('heading', { name: this.say.erasedOn });
  products = (): Locator => this.page.getByRole('region', { name: this.say.products }).getByRole('link');

  /** Waits until the browser has arrived here. */
  async reached(path: string | RegExp = Home.path): Promise<void> {
    await expect(this.page).toHaveURL(path);
    await this.tab.ready();
  }

  administrationLink = (): Locator => this.page.getByRole('link', { name: this.say.administration });

  profileLink = (): Locator => this.page.getByRole('banner').getByRole('link', { name: this.say.myProfile });

  /** Opens the administration from the account menu. */
  async administration(): Promise<void> {
    await this.account().click();
    await this.administrationLink().click();
    await this.tab.ready();
  }

  customersLink = (): Locator => this.page.getByRole('link', { name: this.say.customers, exact: true });
  goTo = (organisation: string): Locator => this.button(this.say.goTo(organisation));

  /** Switches to another organisation in the account menu. */
  async switchTo(organisation: string): Promise<void> {
    await this.account().click();
    const loaded = this.page.waitForEvent('load');
    await this.goTo(organisation).click();
    await loaded;
    await this.reached();
  }

  /** Signs out in the account menu. */
  async signOut(): Promise<void> {
    await this.account().click();
    await this.button(this.say.signOut).click();
    await expect(new SignOut(this.tab).done()).toBeVisible();
    await this.tab.ready();
  }
}

/** Every part in every state, in a tenant's room or in the staff's. Only a build for tests has it. */
export class Gallery extends PortalPage {
  static readonly rooms = ['/dev/gallery', '/dev/gallery/staff'] as const;

  open = (room: (typeof Gallery.rooms)[number] = Gallery.rooms[0]): Promise<unknown> => this.tab.visit(room);

  name = (): Locator => this.field(this.say.galleryName);
  email = (): Locator => this.field(this.say.email);
  send = (): Locator => this.button(this.say.sendInvitation);
  summary = (): Locator => this.page.locator('.error-summary');

  /** A person's row menu. */
  menu = (name: string): Locator => this.page.locator('.menu', { has: this.page.getByLabel(this.say.actionsFor + name) });

  rail = (): Locator => this.page.getByRole('navigation', { name: this.say.mainMenu });
  railButton = (): Locator => this.button(this.say.menu);

  people = (): Locator => this.page.getByRole('table', { name: this.say.users });
}
