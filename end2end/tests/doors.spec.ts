import { expect, test, type Page } from '@playwright/test';
import { account, signIn } from '../fixtures/accounts';

test('a wrong password keeps school and username and puts the focus on what is wrong', async ({ page }) => {
  await page.goto('/sign-in');
  await page.getByLabel('School code').fill('BRACK');
  await page.getByLabel('Username').fill('callum.b');
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toBeFocused();
  await expect(page.getByLabel('Username')).toHaveValue('callum.b');
  await expect(page.getByLabel('School code')).toHaveValue('BRACK');
  await expect(page.getByLabel('Password')).toHaveValue('');
});

test('after signing out the back button shows nothing of the person', async ({ page }) => {
  await signIn(page, account('BRACK', 'zainab.o'));
  await page.goto('/settings');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.goBack();
  await page.reload();
  await expect(page.getByText('Zainab Okafor-Reed')).toHaveCount(0);
});

/** Tabs until the named thing has the focus; there is no mouse in this story. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let step = 0; step < 60; step += 1) {
    await page.keyboard.press('Tab');
    const focused = page.locator(':focus');
    const label = await focused.evaluate((element) => {
      const labels = (element as HTMLInputElement).labels;
      return labels?.[0]?.textContent ?? element.textContent ?? '';
    });
    if (name.test(label.trim())) return;
  }
  throw new Error(`${name} cannot be reached with the keyboard`);
}

test('a student signs in and hands in with the keyboard alone', async ({ page }) => {
  const jakub = account('BRACK', 'jakub.w');
  await page.goto('/sign-in');
  for (const [label, text] of [
    [/^School code/, jakub.school],
    [/^Username/, jakub.username],
    [/^Password/, jakub.password],
  ] as const) {
    await tabTo(page, label);
    await page.keyboard.type(text);
  }
  await page.keyboard.press('Enter');
  await page.waitForURL('**/home');
  await tabTo(page, /^Reading: chapters 4 and 5/);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/assignments/**');
  await tabTo(page, /^My answer/);
  await page.keyboard.type('Why does the boy not answer?');
  await tabTo(page, /^Hand in/);
  await page.keyboard.press('Enter');
  await expect(page.getByText('Handed in. Your receipt is below.')).toBeVisible();
});
