// Two teachers at one submission, with JavaScript switched off.
import { test } from '@playwright/test';
import { twoTeachersMark } from '../fixtures/twoTeachers.js';

test('of two teachers who mark the same work without JavaScript the second is shown both', async ({ browser }) => {
  await twoTeachersMark(browser, 'Priya Nair', false);
});
