// The story of section 5 with JavaScript switched off: every step is a form or a link.
import { test } from '@playwright/test';
import { withFreshServer } from '../fixtures/server.js';
import { Story } from '../fixtures/story.js';

test('a school moves in, hands in, marks and reads feedback without JavaScript', async ({ browser }) => {
  test.setTimeout(180_000);
  await withFreshServer((server) => new Story(browser, server).play());
});
