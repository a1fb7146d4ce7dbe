// How long somebody waits on a cheap tablet: the first visit to four pages, and real taps on
// them, with the processor slowed to a quarter and the network of the slowed profile. Each
// figure is the median of five visits, each with an empty cache. TIMINGS_JSON names the file
// that the figures go to.
import { writeFileSync } from 'node:fs';
import { type Browser, type BrowserContext, expect, type Page, test } from '@playwright/test';
import { type Account, accounts, pages } from '../fixtures/accounts.js';
import { awake, noteWaking } from '../fixtures/doors.js';
import { Visitor } from '../fixtures/readers.js';

const VISITS = 5;

/** Processor 4 times slower, 9 Mbit/s down, 3 up, 100 ms to the server and back. */
const SLOWED = { processor: 4, down: 9e6 / 8, up: 3e6 / 8, latencyMs: 100 };

interface Timing {
  readonly page: string;
  /** When the largest part of the page stood there, in ms; slowed, and as the machine is. */
  readonly paint_ms: number;
  readonly plain_paint_ms: number;
  /** From a tap to the next picture, the slowest of a visit, in ms. */
  readonly tap_ms: number;
  /** How far things moved by themselves (cumulative layout shift). */
  readonly shift: number;
}

interface Visited {
  readonly name: string;
  readonly path: string;
  readonly reader?: Account;
  /** Taps that lead to no other page. */
  tap(page: Page): Promise<void>;
}

test('four pages are measured on the slowed profile', async ({ browser }) => {
  const timings: Timing[] = [];
  for (const visited of await visits()) {
    const slowed: Seen[] = [];
    const plain: Seen[] = [];
    for (let visit = 0; visit < VISITS; visit += 1) {
      slowed.push(await seen(browser, visited, true));
      plain.push(await seen(browser, visited, false));
    }
    timings.push({
      page: visited.name,
      paint_ms: median(slowed.map(({ paint }) => paint)),
      plain_paint_ms: median(plain.map(({ paint }) => paint)),
      tap_ms: median(slowed.map(({ tap }) => tap)),
      shift: median(slowed.map(({ shift }) => shift)),
    });
    console.log(timings.at(-1));
  }
  const file = process.env.TIMINGS_JSON;
  if (file) {
    writeFileSync(file, JSON.stringify(timings));
  }
});

async function visits(): Promise<Visited[]> {
  const { student_home, assignment, submission } = pages();
  const student = await whoSees('student', assignment);
  const teacher = await whoSees('teacher', submission);
  return [
    {
      name: 'sign-in',
      path: '/sign-in',
      async tap(page) {
        await write(page, 'School code', 'N');
        await write(page, 'Username', 'a');
      },
    },
    {
      name: "student's home",
      path: student_home,
      reader: student,
      async tap(page) {
        await page.getByRole('main').getByRole('heading').first().click();
        await page.keyboard.press('Tab');
      },
    },
    {
      name: 'assignment',
      path: assignment,
      reader: student,
      async tap(page) {
        await write(page, 'My answer', 'Because');
      },
    },
    {
      name: 'marking',
      path: submission,
      reader: teacher,
      async tap(page) {
        await write(page, 'Mark', '7');
        const shown = page.url();
        await page.getByRole('link', { name: 'Next student' }).click();
        await expect(page).not.toHaveURL(shown);
      },
    },
  ];
}

async function write(page: Page, label: string, words: string): Promise<void> {
  await page.getByRole('textbox', { name: label, exact: true }).click();
  // What an earlier visit left there does not stay in front of it.
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type(words);
}

/** The first account of the measured school with this role that may see the page. */
async function whoSees(role: string, path: string): Promise<Account> {
  for (const account of accounts().filter((one) => one.school === 'NORTH' && one.role === role)) {
    const visitor = await Visitor.named(account.username);
    const { status } = await visitor.ask(path);
    await visitor.leave();
    if (status === 200) {
      return account;
    }
  }
  throw new Error(`no ${role} may see ${path}`);
}

interface Seen {
  readonly paint: number;
  readonly tap: number;
  readonly shift: number;
}

/** One visit with an empty cache: the page, then the taps. */
async function seen(browser: Browser, visited: Visited, isSlowed: boolean): Promise<Seen> {
  const context = await contextOf(browser, visited.reader);
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  if (isSlowed) {
    await devtools.send('Network.enable');
    await devtools.send('Network.emulateNetworkConditions', {
      offline: false, latency: SLOWED.latencyMs, downloadThroughput: SLOWED.down, uploadThroughput: SLOWED.up,
    });
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWED.processor });
  }
  await page.goto(visited.path, { waitUntil: 'networkidle' });
  await awake(page);
  await visited.tap(page);
  // The browser tells of a tap after the picture that followed it.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 200))));
  const found = await page.evaluate(() => (window as unknown as { measured: Seen }).measured);
  await context.close();
  return found;
}

/** A device of its own, as wide as a tablet, that notes what the browser measures. */
async function contextOf(browser: Browser, reader: Account | undefined): Promise<BrowserContext> {
  const visitor = reader ? await Visitor.named(reader.username) : await Visitor.as('nobody');
  const context = await browser.newContext({ storageState: await visitor.state(), viewport: { width: 820, height: 1180 } });
  await visitor.leave();
  await noteWaking(context);
  await context.addInitScript(() => {
    const measured = { paint: 0, tap: 0, shift: 0 };
    Object.assign(window, { measured });
    const observe = (options: PerformanceObserverInit & { durationThreshold?: number }, note: (entry: PerformanceEntry) => void): void => {
      new PerformanceObserver((list) => list.getEntries().forEach(note)).observe(options);
    };
    observe({ type: 'largest-contentful-paint', buffered: true }, ({ startTime }) => {
      measured.paint = startTime;
    });
    observe({ type: 'layout-shift', buffered: true }, (entry) => {
      const { value, hadRecentInput } = entry as PerformanceEntry & { value: number; hadRecentInput: boolean };
      measured.shift += hadRecentInput ? 0 : value;
    });
    observe({ type: 'event', buffered: true, durationThreshold: 16 }, (entry) => {
      const { interactionId, duration } = entry as PerformanceEntry & { interactionId?: number };
      measured.tap = interactionId ? Math.max(measured.tap, duration) : measured.tap;
    });
  });
  return context;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
