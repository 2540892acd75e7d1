import { expect, type Locator, type Page, type Response } from '@playwright/test';
import { words, type Language, type Words } from './words';

/** What a look at a page checks: every rule in both themes, every rule in one, or the rules that the length of its words may break. */
export type Look = 'whole' | 'plain' | 'words';

/** A tab of a browser, and the words of its pages. */
export class Tab {
  constructor(
    readonly page: Page,
    readonly language: Language,
    /** Whether its pages run scripts. */
    readonly scripts: boolean,
    readonly look: Look = 'whole',
  ) {}

  get say(): Words {
    return words[this.language];
  }

  /** This tab, with its pages in another language. */
  in(language: Language): Tab {
    return new Tab(this.page, language, this.scripts, this.look);
  }

  /** Opens a page and waits until it is ready. */
  async visit(path: string): Promise<Response> {
    const answer = await this.page.goto(path);
    await this.ready();
    return answer!;
  }

  /** Opens an address that has no page. No script hydrates the answer, so it is not waited for. */
  async visitMissing(path: string): Promise<Response> {
    return (await this.page.goto(path))!;
  }

  /** The status of the server's answer to this browser, without showing the page. */
  async status(path: string): Promise<number> {
    return (await this.page.context().request.get(path, { headers: { accept: 'text/html' } })).status();
  }

  /** Waits until the page is hydrated, or loaded where there are no scripts. */
  async ready(): Promise<void> {
    if (this.scripts) await expect(this.page.locator('html')).toHaveAttribute('data-hydrated', '');
    else await this.page.waitForLoadState();
  }

  heading = (): Locator => this.page.getByRole('heading', { level: 1 });
  alert = (): Locator => this.page.getByRole('alert');
}
