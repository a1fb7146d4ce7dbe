// Every page of the program, for everybody who may see it, in light and dark, at three
// widths, and at each with the largest and widest letters: the list of pages comes from the
// program, so that no page goes unlooked at. Each is loaded as on a telephone: at other widths,
// in dark and with its islands awake the crawl of pages.spec.ts loads what it finds.
import { type Browser, type BrowserContext, expect, type Page, test } from '@playwright/test';
import { setUp } from '../fixtures/badges.js';
import {
  axeFindings, bringAxe, choose, firstByteFaults, ledElsewhere, outlineFaults, roomFaults, themeFaults, watch, wear,
} from '../fixtures/looks.js';
import { markupFaults } from '../fixtures/markup.js';
import { type Reader, READERS, Visitor } from '../fixtures/readers.js';
import { elsewhere, sightsOf, unmatched } from '../fixtures/routeTable.js';
import { withFreshServer } from '../fixtures/server.js';
import { findThingsOnce } from '../fixtures/things.js';

const NARROW = { width: 390, height: 844 };
/** Islands stay asleep: what they add is looked at where they are played. */
const OF_ISLANDS = '*.wasm';
const WIDER = [{ width: 820, height: 1180 }, { width: 1280, height: 800 }];

// All workers share these tests: each has a person or a device of its own.
test.describe.configure({ mode: 'parallel' });

test('every route of the program has an address and somebody who sees it', () => {
  expect(unmatched()).toEqual([]);
});

test('a page that turns out to be another is found out', async ({ browser }) => {
  const context = await contextOf(browser, {});
  const look = await lookerOf(context);
  expect(await look('/home', 200)).toEqual(['leads to /sign-in']);
  await context.close();
});

for (const reader of READERS) {
  test(`every route as ${reader.replaceAll('_', ' ')} is sound in light and dark, at every width and with the largest letters`, async ({ browser }) => {
    test.setTimeout(240_000);
    const thingsOf = await findThingsOnce();
    const visitor = await Visitor.as(reader);
    const context = await contextOf(browser, { storageState: await visitor.state() });
    const look = await lookerOf(context, reader === 'nobody' ? 'here alone' : 'in the crawl too');
    const problems: string[] = [];
    // Whoever is signed out is sent to the sign-in page, which has a line of its own.
    const refusals = new Set([401]);
    for (const { address, seenBy } of sightsOf(reader)) {
      const path = address(thingsOf(reader));
      const status = seenBy.includes(reader) ? 200 : (await visitor.ask(path)).status;
      if (!statusesFor(reader, seenBy).includes(status)) {
        problems.push(`${path}: answers ${status} to ${reader}, whom the table does not name`);
      } else if (status === 200 || !refusals.has(status)) {
        refusals.add(status);
        problems.push(...(await look(path, status)).map((what) => `${path}: ${what}`));
      }
    }
    await Promise.all([context.close(), visitor.leave()]);
    expect(problems).toEqual([]);
  });
}

test('every route of a server that has no school yet is sound', async ({ browser }) => {
  await withFreshServer(async ({ origin }) => {
    const context = await contextOf(browser, { baseURL: origin });
    const look = await lookerOf(context);
    for (const { route } of elsewhere()) {
      expect(await look(route, 200)).toEqual([]);
      expect(await markupFaults(await (await context.request.get(route)).text()), route).toEqual([]);
    }
    await context.close();
  });
});

test('the page that takes badges is sound on a device that the school has set up', async ({ browser }) => {
  const context = await contextOf(browser, {});
  const look = await lookerOf(context);
  await setUp(await context.newPage(), 'Tablet that is looked at');
  expect(await look('/badge', 200)).toEqual([]);
  const sent = await (await context.request.get('/badge')).text();
  expect(sent).toContain('Tap your three pictures');
  expect(await markupFaults(sent)).toEqual([]);
  await context.close();
});

async function contextOf(browser: Browser, how: Parameters<Browser['newContext']>[0]): Promise<BrowserContext> {
  const context = await browser.newContext({ ...how, viewport: NARROW, serviceWorkers: 'block' });
  await bringAxe(context);
  return context;
}

/**
 * Looks at pages whose islands stay asleep, and tells what complains: the crawl of pages.spec.ts
 * does not come to all of them. Where it comes to none, each is loaded a second time, at a desk
 * and in dark.
 */
async function lookerOf(
  context: BrowserContext,
  seen: 'here alone' | 'in the crawl too' = 'in the crawl too',
): Promise<(path: string, status: number) => Promise<string[]>> {
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('Network.enable');
  await devtools.send('Network.setBlockedURLs', { urls: [OF_ISLANDS] });
  const isCrawled = seen === 'in the crawl too';
  const complaints = await watch(page, /\.wasm$/);
  return async (path, status) => {
    await page.setViewportSize(NARROW);
    await choose(context, 'light');
    const answer = await page.goto(path);
    if (answer?.status() !== status) {
      return [`answers ${answer?.status()}`];
    }
    const led = ledElsewhere(page, path);
    if (led.length > 0) {
      return led;
    }
    // The page for "no network" has no colours of its own, and is looked at by the crawl.
    const isDressed = path !== '/shell';
    const problems = isDressed ? themeFaults(await answer.text(), 'light') : [];
    await wear(page, 'light');
    problems.push(
      ...(await complaints()),
      ...(await outlineFaults(page)),
      ...(await roomFaults(page, 'largest letters')),
      ...(await axeFindings(page)),
    );
    await wear(page, 'dark');
    problems.push(...(await axeFindings(page, 'colours')).map((what) => `in dark ${what}`));
    for (const size of WIDER) {
      await page.setViewportSize(size);
      problems.push(...(await roomFaults(page, 'largest letters')).map((what) => `at ${size.width} px ${what}`));
    }
    if (!isCrawled && isDressed) {
      const found = await loadedInDark(page, path, complaints);
      problems.push(...found.map((what) => `loaded in dark at a desk ${what}`));
    }
    return problems;
  };
}

/** Loads a page with other colours chosen, as wide as it was last. */
async function loadedInDark(page: Page, path: string, complaints: () => Promise<string[]>): Promise<string[]> {
  const problems = await firstByteFaults(page.context(), path, 'dark');
  await page.goto(path);
  await page.locator('main').waitFor();
  problems.push(...(await complaints()), ...(await axeFindings(page)));
  return problems;
}

/** What a page may answer; each way of saying no is looked at once. */
function statusesFor(reader: Reader, seenBy: readonly Reader[]): readonly number[] {
  if (seenBy.includes(reader)) {
    return [200];
  }
  return reader === 'nobody' ? [401] : [403, 404];
}
