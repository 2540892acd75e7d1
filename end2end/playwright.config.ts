import { defineConfig, devices } from '@playwright/test';
import type { Look } from './kit/tab';
import type { Options } from './kit/test';

/**
 * Every journey runs twice: in Swedish with JavaScript and in English without. Both look at each page. The length of its words also
 * decides how a page fits, and the longer words are Swedish. So two more runs only look, and check the words alone: Swedish without
 * JavaScript, and English where only a script shows something.
 */
const way = (language: 'sv' | 'en', javaScriptEnabled: boolean, look: Look, only?: RegExp) => ({
  name: `${language}${javaScriptEnabled ? '' : ' without JavaScript'}`,
  grep: only,
  // A test of the script's own behaviour.
  grepInvert: javaScriptEnabled ? undefined : /@script/,
  // So few tests do not pay for a second worker's browser and portals.
  workers: only && 1,
  use: { language, javaScriptEnabled, locale: language === 'sv' ? 'sv-SE' : 'en-GB', look },
});
const matrix = [
  way('sv', true, 'whole'),
  way('sv', false, 'words', /@look/),
  way('en', true, 'words', /(?=.*@script).*@look/),
  way('en', false, 'plain'),
];

export default defineConfig<object, Options>({
  testDir: 'tests',
  fullyParallel: true,
  // One more than the cores of a small machine: with two workers the cores are idle for a sixth of the time.
  workers: 3,
  forbidOnly: !!process.env.CI,
  // For the trace alone: `failOnFlakyTests` fails a test that passes at its second try.
  retries: 1,
  failOnFlakyTests: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['./kit/matrix.ts']],
  projects: matrix,
  use: {
    ...devices['Desktop Chrome'],
    // A trace of every test takes much of the time: a failed test runs once more with it.
    trace: 'on-first-retry',
    launchOptions: {
      executablePath: process.env.CHROMIUM,
      args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-background-networking', '--disable-sync'],
    },
  },
});
