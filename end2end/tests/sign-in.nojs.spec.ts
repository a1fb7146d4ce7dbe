// The doors with JavaScript switched off.
import { test } from '@playwright/test';
import { doorStories } from '../fixtures/doorStories.js';

test.describe('without scripts', () => {
  doorStories({ forgetful: 'arjun.s', leaving: 'ruby.h' });
});
