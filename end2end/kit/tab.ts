import { expect, type Locator, type Page, type Response } from '@playwright/test';
import { words, type Language, type Words } from './words';

/** What a look at a page is about: everything, or what the length of its words may change. */
export type Look = 'whole' | 'words';

/** A tab of a browser, and what its pages say. */
export class Tab {
  constructor(
    readonly page: Page,
    readonly language: Language,
    /** Whether its pages can run scripts. */
    readonly scripts: boolean,
    readonly look: Look = 'whole',
  ) {}

  get say(): Words {
    return words[this.language];
  }

  /** This tab, whose pages now speak a language. */
  in(language: Language): Tab {
    return new Tab(this.page, language, this.scripts, this.look);
  }

  /** Goes to a page, and waits until it is taken over. */
  async visit(path: string): Promise<Response> {
    const answer = await this.page.goto(path);
    await this.ready();
    return answer!;
  }

  /** Goes to a page that no script takes over: one that is not there. */
  async visitMissing(path: string): Promise<Response> {
    return (await this.page.goto(path))!;
  }

  /** What the server answers to this browser when it asks for a page, which is not shown. */
  async status(path: string): Promise<number> {
    return (await this.page.context().request.get(path, { headers: { accept: 'text/html' } })).status();
  }

  /** Waits until the page is taken over, where there are scripts, else until all of it is there. */
  async ready(): Promise<void> {
    if (this.scripts) await expect(this.page.locator('html')).toHaveAttribute('data-hydrated', '');
    else await this.page.waitForLoadState();
  }

  heading = (): Locator => this.page.getByRole('heading', { level: 1 });
  alert = (): Locator => this.page.getByRole('alert');
}
