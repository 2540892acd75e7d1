import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, type CDPSession } from '@playwright/test';
import type axe from 'axe-core';
import type { Tab } from './tab';

const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];
type Rules = Pick<axe.RunOptions, 'runOnly' | 'rules'>;
const ALL: Rules = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };
const COLOURS: Rules = { runOnly: COLOUR_RULES };
const ALL_BUT_COLOURS: Rules = { ...ALL, rules: Object.fromEntries(COLOUR_RULES.map(rule => [rule, { enabled: false }])) };
/** Those that longer words may break: they leave less room around a target, and make a part wider than its window. */
const ROOM: Rules = { runOnly: ['target-size', 'scrollable-region-focusable'] };
/** Each page gets it anew: a smaller one is there sooner. */
const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/**
 * What the tab shows now is accessible and fits: in both themes, under a finger on a phone of 320 px, and with its text at
 * 200 %. A part that lies over the others is looked at alone: what it covers has a smaller target meanwhile.
 *
 * Colours come of the theme and of the elements, not of the language. Where the run is about the words alone (`playwright.config.ts`),
 * other runs have judged the colours of the same elements, and each rule runs once.
 */
export async function looksRight(tab: Tab, part?: string): Promise<void> {
  const { page } = tab;
  // One, and not detached: what it has set goes by its last word, and a page's authenticator would go with it.
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
  const whole = tab.look === 'whole';
  await turn('light');
  if (whole) await isAsBefore(tab);
  await look('light', whole ? ALL : ALL_BUT_COLOURS);
  if (whole) {
    await turn('dark');
    await look('dark', (await isAsBefore(tab)) ? COLOURS : ALL);
  }
  await page.setViewportSize({ width: 320, height: 640 });
  await setFinger(tab, devTools, true);
  await turn('light');
  await look('on a phone of 320 px', whole ? ALL : ROOM);
  await setFinger(tab, devTools, false);
  await page.setViewportSize({ width: 1280, height: 720 });
  await setText(devTools, 2);
  await turn('dark');
  await look('with text at 200 %', whole ? ALL : ROOM);
  await setText(devTools, 1);
  await page.emulateMedia({ colorScheme: 'light' });
}

/** A mail, in a tab of its own, is accessible and fits: in a wide window, and in one of 320 px. */
export async function mailLooksRight(tab: Tab, html: string, subject: string): Promise<void> {
  // The portal writes the same mail whether a page runs scripts or not: the whole look in this language has seen it.
  if (tab.look === 'words') return;
  await tab.page.setContent(html);
  for (const width of [320, 1280]) {
    await tab.page.setViewportSize({ width, height: 720 });
    await fits(tab, `${subject} at ${width} px`);
    await accessible(tab, `${subject} at ${width} px`);
  }
}

/**
 * Nothing is on its way from one colour or place to another any more. A sheet that is made so is none that the page's policy
 * asks a nonce of.
 */
async function still({ page }: Tab): Promise<void> {
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('*, ::before, ::after { transition: none !important; animation-duration: 0s !important; animation-delay: 0s !important; }');
    document.adoptedStyleSheets.push(sheet);
  });
}

/**
 * Whether everything that the tab shows, colours apart, is as it was at the last call: the elements, their places, and which of
 * them can be seen. The page keeps what it compares, which can be a megabyte.
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

/** No rule of accessibility that a program can check is broken by what the tab shows now. */
export async function accessible({ page, scripts }: Tab, how = 'now', part = 'html', rules = ALL): Promise<void> {
  // A page's own part brings its title, a moment after the frame was taken over.
  await expect(page).toHaveTitle(/./);
  if (!(await page.evaluate(() => 'axe' in window))) {
    // Where scripts are off what we evaluate runs all the same, but no timer rings: axe rests by one between its steps, and
    // would wait for the style sheets that it fetches.
    if (!scripts) await page.evaluate(() => Object.assign(window, { setTimeout: (f: () => void) => void Promise.resolve().then(f) }));
    await page.evaluate(AXE);
    await page.evaluate(rememberColours);
  }
  // What the first rows of a long list show the others do; how each of them fits is looked at.
  const where = { include: [part], exclude: ['.table tbody tr:nth-child(n + 9)'] };
  const options: axe.RunOptions = { ...rules, resultTypes: ['violations'], preload: scripts };
  const { violations } = await page.evaluate(
    ([where, options]) => {
      // Else the bar that stays at the top of a narrow page covers what is scrolled under it.
      if (where.include.includes('html')) scrollTo(0, 0);
      return (window as unknown as { axe: typeof axe }).axe.run(where, options);
    },
    [where, options] as const,
  );
  const told = violations.map(v => `${v.id}: ${v.nodes.map(n => n.target).join(', ')}`);
  expect(told, `${page.url()} ${how}`).toEqual([]);
}

/** A page has few colours and many elements of each, and axe reads a colour anew for every one: a third of its time. */
function rememberColours(): void {
  type Colour = { r: number; g: number; b: number; alpha: number; parseString(text: string): Colour };
  type Colours = { commons: { color: { Color: { prototype: Colour; new (red: number, green: number, blue: number): Colour } } } };
  const { Color } = (window as unknown as { axe: Colours }).axe.commons.color;
  const { parseString } = Color.prototype;
  const known = new Map<string, Colour>();
  Color.prototype.parseString = function (text) {
    // One that nobody else has: axe goes on to change what it has read. What cannot be read throws, each time.
    const colour = known.get(text) ?? parseString.call(new Color(0, 0, 0), text);
    known.set(text, colour);
    const { r, g, b, alpha } = colour;
    return Object.assign(this, { r, g, b, alpha });
  };
}

/** Nothing that can be seen stands outside of the window, to either side: but chips and ways, whose one row slides sideways. */
export async function fits({ page }: Tab, how = 'now'): Promise<void> {
  const outside = await page.evaluate(() => {
    // One row that can be slid: the row itself has to fit.
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
    // If it is none of these, then something that is not seen makes the page wider.
    const unseen = whole.length && !out.length ? [...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > innerWidth) : [];
    return [...whole, ...[...out, ...unseen].map(e => e.outerHTML.slice(0, 120))];
  });
  expect(outside, `${page.url()} ${how}`).toEqual([]);
}

/** Has what points be a finger, which needs more room, or a mouse. */
async function setFinger({ page }: Tab, devTools: CDPSession, enabled: boolean): Promise<void> {
  await devTools.send('Emulation.setTouchEmulationEnabled', { enabled });
  await expect.poll(() => page.evaluate(() => matchMedia('(pointer: coarse)').matches)).toBe(enabled);
}

/** Sets the size of text, as somebody does in the browser: 1 is what it comes with. */
async function setText(devTools: CDPSession, times: number): Promise<void> {
  await devTools.send('Page.setFontSizes', { fontSizes: { standard: 16 * times, fixed: 13 * times } });
}

/** How bright the ground of something is, from 0 to 255. */
export async function brightness({ page }: Tab, selector: string): Promise<number> {
  return page.locator(selector).evaluate(element => {
    const canvas = document.createElement('canvas').getContext('2d')!;
    canvas.fillStyle = getComputedStyle(element).backgroundColor;
    canvas.fillRect(0, 0, 1, 1);
    return Math.max(...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3));
  });
}
