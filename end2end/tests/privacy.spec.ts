// Privacy as people meet it: a guardian gives and withdraws a consent, a child finds "My
// data", the data protection lead closes a request in time, and an adult takes their data
// along and is erased.
import { type Browser, expect, type Page, test } from '@playwright/test';
import { type Account, accountOf } from '../fixtures/accounts.js';
import { enter, fillSignIn, signIn, signInByRequest } from '../fixtures/doors.js';
import { axeFindings } from '../fixtures/looks.js';
import { withDemoServer } from '../fixtures/server.js';

test('a guardian gives a photo consent and takes it back', async ({ page }) => {
  await signInByRequest(page.context(), accountOf('petra.k'));
  await page.goto('/settings/privacy');
  const child = page.getByRole('region', { name: /^About (?!me)/ }).first();
  const photos = child.getByRole('listitem').filter({ hasText: 'Photos in public' });
  await photos.getByRole('button', { name: 'Yes' }).click();
  await expect(page.getByText('Your answer is written down.')).toBeVisible();
  await expect(photos.getByRole('button', { name: 'Yes' })).toHaveAttribute('aria-pressed', 'true');
  expect(await axeFindings(page)).toEqual([]);
  await photos.getByRole('button', { name: 'No' }).click();
  await expect(photos.getByText('No', { exact: true })).toBeVisible();
  await photos.getByRole('link', { name: 'Receipt' }).click();
  await expect(page.getByRole('heading', { name: 'Receipt' })).toBeVisible();
  expect(await axeFindings(page)).toEqual([]);
});

test('a child finds my data in two clicks and fetches a copy', async ({ page }) => {
  await enter(page, accountOf('anouk'));
  await page.getByRole('link', { name: 'Account', exact: true }).click();
  await page.getByRole('main').getByRole('link', { name: 'My data' }).click();
  await expect(page.getByRole('heading', { name: 'My data' })).toBeVisible();
  await page.getByRole('link', { name: 'Get the copy' }).click();
  await expect(page.getByRole('heading', { name: 'A copy of everything about you' })).toBeVisible();
  expect(await axeFindings(page)).toEqual([]);
  await page.getByLabel('Your password').fill(accountOf('anouk').password);
  const fetched = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download' }).click();
  expect((await fetched).suggestedFilename()).toBe('data.zip');
  expect(await axeFindings(page)).toEqual([]);
});

test('a request is asked, led and closed in time', async ({ browser }) => {
  const guardian = await someone(browser, 'joel.t');
  await guardian.goto('/my-data');
  await guardian.getByLabel('What do you want?').selectOption('rectification');
  await guardian.getByLabel('What is it about?').fill('My family name is misspelt.');
  await guardian.getByRole('button', { name: 'Send' }).click();
  await expect(guardian.getByText('Sent. The school answers within 48 hours')).toBeVisible();

  const lead = await someone(browser, 'b.ashdown');
  await lead.goto('/school/privacy');
  await lead.getByRole('link', { name: /^Correction/ }).click();
  await expect(lead.getByText('My family name is misspelt.')).toBeVisible();
  expect(await axeFindings(lead)).toEqual([]);
  await lead.getByLabel('Words for who asked').fill('It is put right. Thank you.');
  await lead.getByRole('button', { name: 'It is done' }).click();
  await expect(lead.getByText('Over', { exact: true })).toBeVisible();

  await guardian.reload();
  await expect(guardian.getByText('Done', { exact: true })).toBeVisible();
  await guardian.context().close();
  await lead.context().close();
});

test('a school asks to share, a guardian says yes and takes it back', async ({ browser }) => {
  const lead = await someone(browser, 'b.ashdown');
  await lead.goto('/school/privacy');
  await lead.getByRole('link', { name: 'Sharing by consent' }).click();
  await lead.getByLabel('Who?').fill('Bright Lens');
  await lead.getByLabel('What do they do for the school?').fill('Takes class photographs');
  await lead.getByLabel('In which country?').fill('GB');
  await lead.getByLabel('Where is their privacy policy?').fill('https://brightlens.example/privacy');
  await lead.getByLabel('They have promised not to sell it').check();
  await lead.getByRole('button', { name: 'Write them down' }).click();
  expect(await axeFindings(lead)).toEqual([]);

  const guardian = await someone(browser, 'petra.k');
  // Every classroom of the school is asked about until one of the guardian's children is in it.
  const rooms = await lead.getByLabel('About whom?').locator('option').allTextContents();
  for (const room of rooms.slice(1)) {
    await lead.goto('/school/privacy/sharing');
    await lead.getByLabel('Who gets it?').selectOption({ label: 'Bright Lens' });
    await lead.getByLabel('About whom?').selectOption({ label: room });
    await lead.getByLabel('What for?').fill('Names under the class photograph');
    await lead.getByLabel('Given name').check();
    await lead.getByLabel('Until when?').fill('2099-12-24');
    await lead.getByRole('button', { name: 'Ask', exact: true }).click();
    await expect(lead.getByText('Asked. Nothing goes out before somebody says yes.')).toBeVisible();
    await expect(lead.getByText('Nobody has said yes')).toBeVisible();
    await guardian.goto('/settings/sharing');
    if ((await guardian.getByRole('button', { name: 'Yes to Bright Lens' }).count()) > 0) {
      break;
    }
  }
  expect(await axeFindings(lead)).toEqual([]);

  await guardian.goto('/home');
  await expect(guardian.getByText('Your school asks whether it may share data')).toBeVisible();
  await guardian.getByRole('link', { name: 'Account', exact: true }).click();
  await guardian.getByRole('link', { name: 'Sharing', exact: true }).click();
  expect(await axeFindings(guardian)).toEqual([]);
  await guardian.getByRole('button', { name: 'Yes to Bright Lens' }).first().click();
  await expect(guardian.getByText('Your answer is written down.')).toBeVisible();

  await lead.reload();
  const fetched = lead.waitForEvent('download');
  await lead.getByRole('button', { name: 'Make the file' }).click();
  expect((await fetched).suggestedFilename()).toMatch(/^shared-.*\.csv$/);

  await guardian.getByRole('button', { name: 'No to Bright Lens' }).first().click();
  const share = guardian.getByRole('listitem').filter({ has: guardian.getByRole('button', { name: 'No to Bright Lens' }) });
  await expect(share.first().getByText('No', { exact: true })).toBeVisible();
  await lead.reload();
  await expect(lead.getByText('Nobody has said yes')).toBeVisible();
  expect(await axeFindings(lead)).toEqual([]);
  await guardian.context().close();
  await lead.context().close();
});

test('an adult takes a copy along, asks to be erased, and can still change their mind', async ({ browser }) => {
  const adult = await someone(browser, 'k.abara');
  await adult.goto('/my-data');
  await adult.getByRole('link', { name: 'Get the copy' }).click();
  await adult.getByLabel('Your password').fill(accountOf('k.abara').password);
  const fetched = adult.waitForEvent('download');
  await adult.getByRole('button', { name: 'Download' }).click();
  expect((await fetched).suggestedFilename()).toBe('data.zip');
  await adult.goto('/my-data');
  await adult.getByLabel('What do you want?').selectOption('erasure');
  await adult.getByRole('button', { name: 'Send' }).click();
  await expect(adult.getByText('Sent. The school answers within 48 hours')).toBeVisible();

  const lead = await someone(browser, 'b.ashdown');
  await lead.goto('/school/privacy');
  await lead.getByRole('link', { name: /^Erasure/ }).click();
  await lead.getByRole('button', { name: 'Grant' }).click();
  await expect(lead.getByText('Granted, being done').first()).toBeVisible();
  expect(await axeFindings(lead)).toEqual([]);

  await adult.goto('/my-data');
  await expect(adult.getByText(/^You are erased after /)).toBeVisible();
  expect(await axeFindings(adult)).toEqual([]);
  await adult.getByRole('button', { name: 'Call it off' }).click();
  await expect(adult.getByText(/^You are erased after /)).toHaveCount(0);
  await lead.reload();
  await expect(lead.getByText('Over', { exact: true })).toBeVisible();
  await adult.context().close();
  await lead.context().close();
});

test('an adult takes a copy along, asks to be erased, and is gone once the days to think again are over', async ({ browser }) => {
  // It makes demo schools of its own, since somebody is missing in them afterwards.
  test.setTimeout(180_000);
  await withDemoServer(async (server) => {
    const account = (username: string): Account => {
      const found = server.accounts.find((one) => one.username === username);
      expect(found, `the demo has an account for ${username}`).toBeDefined();
      return found as Account;
    };
    const guardian = account('joel.t');
    const adult = await signedIn(browser, guardian, server.origin);
    await adult.goto('/my-data');
    await adult.getByRole('link', { name: 'Get the copy' }).first().click();
    await expect(adult.getByRole('heading', { name: 'A copy of everything about you' })).toBeVisible();
    expect(await axeFindings(adult)).toEqual([]);
    await adult.getByLabel('Your password').fill(guardian.password);
    const fetched = adult.waitForEvent('download');
    await adult.getByRole('button', { name: 'Download' }).click();
    expect((await fetched).suggestedFilename()).toBe('data.zip');
    // A download that broke off says why.
    expect(await (await fetched).failure()).toBeNull();
    await adult.goto('/my-data');
    await adult.getByLabel('What do you want?').selectOption('erasure');
    await adult.getByRole('button', { name: 'Send' }).click();
    await expect(adult.getByText('Sent. The school answers within 48 hours')).toBeVisible();

    const lead = await signedIn(browser, account('b.ashdown'), server.origin);
    await lead.goto('/people');
    await expect(lead.getByText('Joel Taylor')).toBeVisible();
    await lead.goto('/school/privacy');
    await lead.getByRole('link', { name: 'Erasure: Joel Taylor' }).click();
    await lead.getByRole('button', { name: 'Grant', exact: true }).click();
    await expect(lead.getByText(/^They can call it off until /)).toBeVisible();
    await adult.goto('/my-data');
    await expect(adult.getByText(/^You are erased after /)).toBeVisible();

    await server.daysToThinkAgainAreOver();
    await expect(async () => {
      await lead.reload();
      await expect(lead.getByText(/^Certificate \S+, issued /)).toBeVisible({ timeout: 1_000 });
    }).toPass({ timeout: 60_000 });
    const words = await lead.getByText(/^Certificate \S+, issued /).innerText();
    const number = /^Certificate (\S+),/.exec(words)?.[1];
    await expect(lead.getByText(`as it was asked for, certificate ${number}`).first()).toBeVisible();
    await expect(lead.getByText('Joel Taylor')).toHaveCount(0);
    expect(await axeFindings(lead)).toEqual([]);
    await lead.goto('/people');
    await expect(lead.getByText('Ben Taylor')).toBeVisible();
    await expect(lead.getByText('Joel Taylor')).toHaveCount(0);

    await adult.goto('/my-data');
    await expect(adult).toHaveURL(/\/sign-in/);
    await fillSignIn(adult, guardian);
    await adult.getByRole('button', { name: 'Sign in' }).click();
    await expect(adult.getByLabel('Password', { exact: true })).toHaveAccessibleDescription(/do not belong together/);
    expect(await axeFindings(adult)).toEqual([]);
    await adult.context().close();
    await lead.context().close();
  });
});

test('a student of 13 is asked before their guardian gets a copy of their data', async ({ browser }) => {
  const [guardian, student] = [await someone(browser, 'gethin.g'), await someone(browser, 'tomos.g')];
  await guardian.goto('/my-data');
  await guardian.getByRole('link', { name: 'Ask for a copy' }).first().click();
  await guardian.getByRole('button', { name: 'Send' }).click();
  await expect(guardian.getByText('Sent. The school answers within 48 hours')).toBeVisible();

  const lead = await someone(browser, 'e.bellweather');
  await lead.goto('/school/privacy');
  await lead.getByRole('link', { name: /^Copy of the data/ }).click();
  await expect(lead.getByText('Asked, no answer yet')).toBeVisible();
  await lead.getByRole('button', { name: 'Grant' }).click();
  await expect(lead.getByText('The student is asked first and has not answered yet.')).toBeVisible();
  expect(await axeFindings(lead)).toEqual([]);

  await student.goto('/home');
  await expect(student.getByText('Somebody else asks for your data')).toBeVisible();
  await student.getByRole('link', { name: 'See what, and say what you think' }).click();
  expect(await axeFindings(student)).toEqual([]);
  await student.getByRole('button', { name: 'I do not mind' }).click();
  await expect(student.getByText('Your school reads what you said.')).toBeVisible();
  await expect(student.getByRole('button', { name: 'I do not mind' })).toHaveAttribute('aria-pressed', 'true');

  await lead.goto('/school/privacy');
  await lead.getByRole('link', { name: /^Copy of the data/ }).click();
  await expect(lead.getByText('They do not mind').first()).toBeVisible();
  await lead.getByRole('button', { name: 'Grant' }).click();
  await expect(lead.getByRole('button', { name: 'Make the copy' })).toBeVisible();
  for (const page of [guardian, student, lead]) {
    await page.context().close();
  }
});

async function someone(browser: Browser, username: string): Promise<Page> {
  const context = await browser.newContext();
  await signInByRequest(context, accountOf(username));
  return context.newPage();
}

/** The same at a server of the test's own. */
async function signedIn(browser: Browser, account: Account, origin: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: origin });
  const page = await context.newPage();
  await signIn(page, account);
  return page;
}
