// Two teachers at one submission, with scripts.
import { test } from '@playwright/test';
import { twoTeachersMark } from '../fixtures/twoTeachers.js';

test('of two teachers who mark the same work the second is shown both', async ({ browser }) => {
  await twoTeachersMark(browser, 'Zainab Okafor-Reed', true);
});
