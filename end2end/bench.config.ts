// The measurements in a browser, started by `cargo xtask bench --browser`; they are no part
// of the gate, for they say something only on a calm machine.
import { defineConfig } from '@playwright/test';
import tests from './playwright.config.js';

export default defineConfig({
  ...tests,
  testDir: 'bench',
  workers: 1,
  timeout: 600_000,
  reporter: [['list']],
  use: { ...tests.use, screenshot: 'off' },
  projects: [{ name: 'bench', testMatch: '**/*.bench.ts' }],
});
