import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, type CDPSession } from '@playwright/test';
import type axe from 'axe-core';
import type { Look, Tab } from './tab';

const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];
type Rules = Pick<axe.RunOptions, 'runOnly' | 'rules'>;
const ALL: Rules = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };
const COLOURS: Rules = { runOnly: COLOUR_RULES };
const ALL_BUT_COLOURS: Rules = { ...ALL, rules: Object.fromEntries(COLOUR_RULES.map(rule => [rule, { enabled: false }])) };
/** The rules that longer words or larger text may break: a target gets less room, and a part grows wider than its window. */
const ROOM: Rules = { runOnly: ['target-size', 'scrollable-region-focusable'] };
/** The rules of each look: in light, in dark if the elements and their places are the same, on a phone, and with large text. */
const RULES: Record<Look, [Rules, Rules | undefined, Rules, Rules]> = {
  whole: [ALL, COLOURS, ALL, ROOM],
  plain: [ALL, undefined, ROOM, ROOM],
  words: [ALL_BUT_COLOURS, undefined, ROOM, ROOM],
};
/** Each document gets axe again; the minified file arrives sooner. */
const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/**
 * Expects that the page is accessible and fits: in both themes, on a touch screen of 320 px, and with text at 200 %. A part that
 * lies over the page is checked alone, because the targets that it covers are too small meanwhile.
 *
 * Colours depend on the theme and the elements, not on the language. So only the run in Swedish with JavaScript looks at the
 * dark theme; the run without JavaScript looks at its own elements in the light theme; and the runs that check the words alone
 * (`playwright.config.ts`) skip the colours.
 */
export async function looksRight(tab: Tab, part?: string): Promise<void> {
  const { page } = tab;
  // One session for the whole look, and never detached: detaching resets what it has set and removes the page's authenticator.
  const devTools = await page.context().newCDPSession(page);
  await still(tab);
  const turn = async (colorScheme: 'light' | 'dark') => {
    await page.emulateMedia({ colorScheme });
    await expect.poll(() => page.evaluate(dark => matchMedia('(prefers-color-scheme: dark)').matches === dark, colorScheme === 'dark')).toBe(true);
  };
  const look = async (how: string, rules: Rules) => {
    await fits(tab, how);
    await accessible(tab, how, part, rules);
  };
  const [light, dark, phone, large] = RULES[tab.look];
  await turn('light');
  if (dark) await isAsBefore(tab);
  await look('light', light);
  if (dark) {
    await turn('dark');
    await look('dark', (await isAsBefore(tab)) ? dark : ALL);
  }
  await page.setViewportSize({ width: 320, height: 640 });
  await setFinger(tab, devTools, true);
  await turn('light');
  await look('on a phone of 320 px', phone);
  await setFinger(tab, devTools, false);
  await page.setViewportSize({ width: 1280, height: 720 });
  await setText(devTools, 2);
  await look('with text at 200 %', large);
  await setText(devTools, 1);
  await page.emulateMedia({ colorScheme: 'light' });
}

/** Expects that a mail, in a tab of its own, is accessible and fits at 1280 and at 320 px. */
export async function mailLooksRight(tab: Tab, html: string, subject: string): Promise<void> {
  // The portal writes the same mail with and without scripts: the other run in this language has checked it.
  if (tab.look === 'words') return;
  await tab.page.setContent(html);
  for (const width of [320, 1280]) {
    await tab.page.setViewportSize({ width, height: 720 });
    await fits(tab, `${subject} at ${width} px`);
    await accessible(tab, `${subject} at ${width} px`);
  }
}

/**
 * Ends transitions and animations at once, so that colours and places are final. The page's content security policy asks no
 * nonce of a constructed style sheet.
 */
async function still({ page }: Tab): Promise<void> {
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('*, ::before, ::after { transition: none !important; animation-duration: 0s !important; animation-delay: 0s !important; }');
    document.adoptedStyleSheets.push(sheet);
  });
}

/**
 * Whether the elements, their places and their visibility are the same as at the last call; colours are not compared. The page
 * keeps the copy, which can be a megabyte.
 */
const isAsBefore = ({ page }: Tab): Promise<boolean> =>
  page.evaluate(() => {
    scrollTo(0, 0);
    const place = (e: Element) => {
      const { x, y, width, height } = e.getBoundingClientRect();
      const { display, visibility, opacity, position, zIndex } = getComputedStyle(e);
      return [x, y, width, height, display, visibility, opacity, position, zIndex].join();
    };
    const shape = document.documentElement.outerHTML + [...document.querySelectorAll('*')].map(place).join(';');
    const kept = window as unknown as { shape?: string };
    const same = kept.shape === shape;
    kept.shape = shape;
    return same;
  });

/** Expects that the page breaks none of axe's rules. */
export async function accessible({ page, scripts }: Tab, how = 'now', part = 'html', rules = ALL): Promise<void> {
  // A lazy part sets its page's title a moment after the frame is hydrated.
  await expect(page).toHaveTitle(/./);
  if (!(await page.evaluate(() => 'axe' in window))) {
    // Without scripts `evaluate` still runs, but no timer fires. axe waits for one between its steps, and for the style sheets that
    // it preloads.
    if (!scripts) await page.evaluate(() => Object.assign(window, { setTimeout: (f: () => void) => void Promise.resolve().then(f) }));
    await page.evaluate(AXE);
    await page.evaluate(rememberColours);
  }
  // Eight rows of a long table stand for all of them; `fits` measures every row.
  const where = { include: [part], exclude: ['.table tbody tr:nth-child(n + 9)'] };
  const options: axe.RunOptions = { ...rules, resultTypes: ['violations'], preload: scripts };
  const { violations } = await page.evaluate(
    ([where, options]) => {
      // At the top of the page the sticky bar covers nothing.
      if (where.include.includes('html')) scrollTo(0, 0);
      return (window as unknown as { axe: typeof axe }).axe.run(where, options);
    },
    [where, options] as const,
  );
  const told = violations.map(v => `${v.id}: ${v.nodes.map(n => n.target).join(', ')}`);
  expect(told, `${page.url()} ${how}`).toEqual([]);
}

/** Has axe parse each colour once instead of once for each element, which took a third of its time. */
function rememberColours(): void {
  type Colour = { r: number; g: number; b: number; alpha: number; parseString(text: string): Colour };
  type Colours = { commons: { color: { Color: { prototype: Colour; new (red: number, green: number, blue: number): Colour } } } };
  const { Color } = (window as unknown as { axe: Colours }).axe.commons.color;
  const { parseString } = Color.prototype;
  const known = new Map<string, Colour>();
  Color.prototype.parseString = function (text) {
    // A new object for each reader, because axe changes it. A colour that axe cannot parse throws each time.
    const colour = known.get(text) ?? parseString.call(new Color(0, 0, 0), text);
    known.set(text, colour);
    const { r, g, b, alpha } = colour;
    return Object.assign(this, { r, g, b, alpha });
  };
}

/** Expects that no visible element stands outside the window sideways, except chips and local navigation, whose row scrolls. */
export async function fits({ page }: Tab, how = 'now'): Promise<void> {
  const outside = await page.evaluate(() => {
    // The items of a scrolling row may stand outside; the row itself has to fit.
    const slides = (e: Element) => {
      const row = e.closest('.chips > *, .local-nav li')?.parentElement;
      return !!row && getComputedStyle(row).overflowX === 'auto';
    };
    const seen = (e: Element) =>
      e.checkVisibility({ visibilityProperty: true }) && !e.closest('.vh, .vh-phone, .skip') && !slides(e);
    const out = [...document.body.querySelectorAll('*')].filter(seen).filter(e => {
      const { left, right, width } = e.getBoundingClientRect();
      return width > 0 && (left < -1 || right > innerWidth + 1);
    });
    const whole = document.documentElement.scrollWidth > innerWidth ? ['the page'] : [];
    // If no visible element stands outside, an invisible one makes the page wider.
    const unseen = whole.length && !out.length ? [...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > innerWidth) : [];
    return [...whole, ...[...out, ...unseen].map(e => e.outerHTML.slice(0, 120))];
  });
  expect(outside, `${page.url()} ${how}`).toEqual([]);
}

/** Switches between a touch screen, where targets need more room, and a mouse. */
async function setFinger({ page }: Tab, devTools: CDPSession, enabled: boolean): Promise<void> {
  await devTools.send('Emulation.setTouchEmulationEnabled', { enabled });
  await expect.poll(() => page.evaluate(() => matchMedia('(pointer: coarse)').matches)).toBe(enabled);
}

/** Sets the browser's text size; 1 is its default. */
async function setText(devTools: CDPSession, times: number): Promise<void> {
  await devTools.send('Page.setFontSizes', { fontSizes: { standard: 16 * times, fixed: 13 * times } });
}

/** The brightness of an element's background, from 0 to 255. */
export async function brightness({ page }: Tab, selector: string): Promise<number> {
  return page.locator(selector).evaluate(element => {
    const canvas = document.createElement('canvas').getContext('2d')!;
    canvas.fillStyle = getComputedStyle(element).backgroundColor;
    canvas.fillRect(0, 0, 1, 1);
    return Math.max(...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3));
  });
}
