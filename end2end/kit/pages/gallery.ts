// What only a debug build has.
import type { Locator } from '@playwright/test';
import { At } from './at';

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
