// What a first visit loads: no WASM where no island is, and few bytes everywhere.
import { expect, type Page, test } from '@playwright/test';
import { accountWith } from '../fixtures/accounts.js';
import { signIn } from '../fixtures/doors.js';

const KB = 1024;

interface Load {
  readonly paths: string[];
  readonly bytes: number;
}

/** Opens an address with an empty cache and counts what comes, as it is sent. */
async function firstVisit(page: Page, path: string): Promise<Load> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.clearBrowserCache');
  await session.send('Network.enable');
  const paths: string[] = [];
  let bytes = 0;
  session.on('Network.requestWillBeSent', ({ request }) => paths.push(new URL(request.url).pathname));
  session.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  await page.goto(path, { waitUntil: 'networkidle' });
  await session.detach();
  return { paths, bytes };
}

function wasmIn(load: Load): string[] {
  return load.paths.filter((path) => path.endsWith('.wasm'));
}

test('the sign-in page loads no WASM and at most 22 KB', async ({ page }) => {
  const load = await firstVisit(page, '/sign-in');
  expect(wasmIn(load)).toEqual([]);
  expect(load.bytes).toBeLessThanOrEqual(22 * KB);
});

test("a guardian's first page loads no WASM and at most 22 KB", async ({ page }) => {
  await signIn(page, accountWith('BRACK', 'guardian'));
  const load = await firstVisit(page, '/home');
  expect(wasmIn(load)).toEqual([]);
  expect(load.bytes).toBeLessThanOrEqual(22 * KB);
});

test('the page where a student writes loads its own WASM and at most 130 KB', async ({ page }) => {
  await signIn(page, accountWith('BRACK', 'student'));
  const href = await page.getByRole('main').getByRole('link', { name: 'Reading: chapters 4 and 5', exact: true }).getAttribute('href');
  const load = await firstVisit(page, String(href));
  expect(wasmIn(load)).toEqual([expect.stringMatching(/^\/pkg\/draft-\w+\.wasm$/)]);
  expect(load.bytes).toBeLessThanOrEqual(130 * KB);
});
