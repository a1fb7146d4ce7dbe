import { expect, test } from '@playwright/test';
import { account, signIn } from '../fixtures/accounts';

test('of two teachers who mark the same answer the second is shown both', async ({ browser }) => {
  const open = async (username: string) => {
    const page = await (await browser.newContext()).newPage();
    await signIn(page, account('ALDER', username));
    return page;
  };
  const [first, second] = [await open('m.thorne'), await open('k.abara')];
  await first.goto('/marking');
  await first.getByRole('link', { name: 'My weekend' }).click();
  await first.getByRole('link', { name: 'Mark', exact: true }).click();
  const desk = first.url();
  await second.goto(desk);
  await first.getByLabel('Comment').fill('Molly was here first');
  await first.getByRole('button', { name: /^Save and/ }).first().click();
  await expect(first.getByText('Saved.').first()).toBeVisible();
  await second.getByLabel('Comment').fill('Kemi writes something else');
  await second.getByRole('button', { name: /^Save and/ }).first().click();
  await expect(second.getByText('Molly was here first').first()).toBeVisible();
  await expect(second.getByText('Kemi writes something else').first()).toBeVisible();
  await first.goto(desk);
  await expect(first.getByLabel('Comment')).toHaveValue('Molly was here first');
});
