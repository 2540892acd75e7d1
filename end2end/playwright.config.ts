import { defineConfig, devices } from '@playwright/test';
import type { Options } from './kit/test';

/**
 * Every journey runs with JavaScript and without, once in each language; that way each page is looked at as a whole. How a page
 * looks depends on the length of its words as well. The longer words are Swedish: a look at them without JavaScript, and an
 * English one at what only a script shows, are about the words alone.
 */
const way = (language: 'sv' | 'en', javaScriptEnabled: boolean, words?: RegExp) => ({
  name: `${language}${javaScriptEnabled ? '' : ' without JavaScript'}`,
  grep: words,
  // What looks at a script's own doing.
  grepInvert: javaScriptEnabled ? undefined : /@script/,
  // A second worker of so few tests would cost another browser and its portals.
  workers: words && 1,
  use: { language, javaScriptEnabled, locale: language === 'sv' ? 'sv-SE' : 'en-GB', look: words ? ('words' as const) : ('whole' as const) },
});
const matrix = [way('sv', true), way('sv', false, /@look/), way('en', true, /(?=.*@script).*@look/), way('en', false)];

export default defineConfig<object, Options>({
  testDir: 'tests',
  fullyParallel: true,
  // One more than the cores of a small machine: with two they rest a sixth of the time, while something is waited for.
  workers: 3,
  forbidOnly: !!process.env.CI,
  // For the trace alone: a test that fails and then passes has failed.
  retries: 1,
  failOnFlakyTests: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['./kit/matrix.ts']],
  projects: matrix,
  use: {
    ...devices['Desktop Chrome'],
    // Of every test, to throw it away when it has passed, a trace takes much of the time: one that has failed is run once more.
    trace: 'on-first-retry',
    launchOptions: {
      executablePath: process.env.CHROMIUM,
      args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-background-networking', '--disable-sync'],
    },
  },
});
