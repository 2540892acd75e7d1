import { defineConfig, devices } from '@playwright/test';
import type { Options } from './kit/test';

/**
 * Every journey runs with JavaScript and without, once in each language. How a page looks depends on the length of its words as
 * well: it is tried in the longer ones, which are Swedish, without JavaScript too. What only a script shows is looked at in English
 * too.
 */
const way = (language: 'sv' | 'en', javaScriptEnabled: boolean, only?: RegExp) => ({
  name: `${language}${javaScriptEnabled ? '' : ' without JavaScript'}`,
  grep: only,
  // What looks at a script's own doing.
  grepInvert: javaScriptEnabled ? undefined : /@script/,
  use: { language, javaScriptEnabled, locale: language === 'sv' ? 'sv-SE' : 'en-GB' },
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
