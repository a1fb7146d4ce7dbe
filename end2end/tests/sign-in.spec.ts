// The doors with scripts.
import { test } from '@playwright/test';
import { doorStories } from '../fixtures/doorStories.js';

test.describe('with scripts', () => {
  doorStories({ forgetful: 'callum.b', leaving: 'zainab.o' });
});
