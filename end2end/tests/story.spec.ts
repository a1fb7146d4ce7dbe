// The story of section 5 with scripts: the same as without, and quicker.
import { expect, type Page, test } from '@playwright/test';
import { withFreshServer } from '../fixtures/server.js';
import { Story, type Witness } from '../fixtures/story.js';

const witness: Witness = {
  async typed(page: Page, words: string): Promise<void> {
    const answer = page.getByLabel('My answer');
    await answer.pressSequentially(words);
    await expect(page.getByRole('status')).toHaveText(/^Saved .*\d\d:\d\d/);
    await page.reload();
    await expect(answer).toHaveValue(words);
  },

  async beforeNext(page: Page): Promise<void> {
    await page.evaluate(() => Object.assign(window, { isSamePage: true }));
  },

  async afterNext(page: Page): Promise<void> {
    expect(await page.evaluate(() => 'isSamePage' in window)).toBe(true);
    await expect(page).toHaveURL(/\/submissions\/[0-9a-f-]{36}$/);
  },
};

test('a school moves in, hands in, marks and reads feedback, saved while typing and without a page load at the desk', async ({
  browser,
}) => {
  test.setTimeout(180_000);
  await withFreshServer((server) => new Story(browser, server, witness).play());
});
