// The browser tests' set-up. `cargo xtask test` starts a server with the
// demo schools, finds Chromium and tells both through the environment:
//   BASE_URL       the server, http://127.0.0.1:PORT
//   ACCOUNTS_JSON  what `classimize demo --json` printed
//   CHROMIUM       the browser of the system, without windows where there is such a one; none
//                  is ever downloaded
//   CHROMIUM_WITH_WINDOWS  the browser as people have it, which alone installs apps and has a
//                  camera; where it is not named, CHROMIUM is that one
//   PLAYWRIGHT_JSON  where the report for the counts goes
// Projects with scripts play everything but files that end in .nojs.spec.ts: those must work
// with JavaScript switched off, and have projects of their own. They begin in their order, the
// longest files first, so that at the end no worker waits for another. With PHOTOS set, one
// takes the pictures of the app that are committed, and nothing is tested.
import { defineConfig, type LaunchOptions } from '@playwright/test';

const required = (name: string): string => {
  const value = process.env[name];
  if (!value) {
    throw new Error(`${name} is not set: start the browser tests with "cargo xtask test --only browser"`);
  }
  return value;
};

const CRAWLS = ['**/pages.spec.ts', '**/routes.spec.ts'];
const STORY = '**/story.spec.ts';
const STORY_WITHOUT_SCRIPTS = '**/story.nojs.spec.ts';

const INSTALLING = '**/install.spec.ts';

const isRoot = process.getuid?.() === 0;

/** How a browser is started for the tests. */
const started = (executablePath: string): LaunchOptions => ({
  executablePath,
  args: [
    ...(isRoot ? ['--no-sandbox'] : []),
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ],
});

export default defineConfig({
  testDir: 'tests',
  fullyParallel: false,
  forbidOnly: true,
  workers: 2,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [
    ['list'],
    ['json', { outputFile: process.env.PLAYWRIGHT_JSON ?? 'test-results/report.json' }],
  ],
  use: {
    baseURL: required('BASE_URL'),
    actionTimeout: 10_000,
    navigationTimeout: 20_000,
    locale: 'en-GB',
    timezoneId: 'Europe/London',
    screenshot: 'only-on-failure',
    launchOptions: started(required('CHROMIUM')),
  },
  projects: process.env.PHOTOS ? [{ name: 'photos', testDir: 'photos', testMatch: '**/*.photo.ts' }] : [
    {
      name: 'crawls',
      testMatch: CRAWLS,
      // Colours are looked at as soon as they are changed.
      use: { contextOptions: { reducedMotion: 'reduce' } },
    },
    {
      name: 'story',
      testMatch: STORY,
    },
    {
      name: 'story without scripts',
      testMatch: STORY_WITHOUT_SCRIPTS,
      use: { javaScriptEnabled: false },
    },
    {
      name: 'js',
      testMatch: '**/*.spec.ts',
      testIgnore: ['**/*.nojs.spec.ts', ...CRAWLS, STORY, INSTALLING],
    },
    {
      name: 'installing',
      testMatch: INSTALLING,
      use: { launchOptions: started(process.env.CHROMIUM_WITH_WINDOWS ?? required('CHROMIUM')) },
    },
    {
      name: 'nojs',
      testMatch: '**/*.nojs.spec.ts',
      testIgnore: STORY_WITHOUT_SCRIPTS,
      use: { javaScriptEnabled: false },
    },
  ],
});
