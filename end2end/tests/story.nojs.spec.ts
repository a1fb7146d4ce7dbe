import { test } from '@playwright/test';
import { playTheStory } from '../fixtures/story';

test('a school moves in and a piece of work goes all the way without JavaScript', async ({ browser }) => {
  test.setTimeout(120_000);
  await playTheStory(browser, false);
});
