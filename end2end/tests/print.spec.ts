// Paper: black on white whatever the theme, on the sheets that lie in the printer, tables
// that stay tables with their head on every sheet, no navigation, and ten badges a sheet.
import { expect, type Page, test } from '@playwright/test';
import { accountWith } from '../fixtures/accounts.js';
import { signInByRequest } from '../fixtures/doors.js';

/** Sheets without their margins of 16 mm, in CSS pixels. */
const SHEETS = {
  A4: { width: 672, height: 1001 },
  Letter: { width: 695, height: 935 },
} as const;
type Paper = keyof typeof SHEETS;
const PAPERS: readonly Paper[] = ['A4', 'Letter'];
const A_SHEET_OF_BADGES = 10;

test.describe.configure({ timeout: 90_000 });

test('what a teacher prints is paper', async ({ page }, info) => {
  await signInByRequest(page.context(), accountWith('BRACK', 'teacher'));
  await page.goto('/classrooms');
  await page.getByRole('link', { name: '10B Maths', exact: true }).click();
  const room = new URL(page.url()).pathname;
  await expectPaper(page, `${room}/people`, info.outputPath('people.pdf'));
  await page.goto(room);
  const work = await page.getByRole('main').getByRole('link', { name: /^Quadratics: sheet 6/ }).getAttribute('href');
  await expectPaper(page, String(work), info.outputPath('marks.pdf'));
});

test('what a student and the office print is paper', async ({ browser }, info) => {
  for (const [role, path] of [
    ['student', '/my-data/receipts'],
    ['student', '/my-data'],
    ['school_admin', '/people'],
    ['data_protection_lead', '/school/privacy/retention'],
    ['data_protection_lead', '/school/privacy/assessment'],
  ] as const) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await signInByRequest(context, accountWith('BRACK', role));
    await expectPaper(page, path, info.outputPath(`${role}${path.replaceAll('/', '-')}.pdf`));
    if (path === '/my-data') {
      const facts = await page.getByRole('main').locator('a[href$="/facts"]').first().getAttribute('href');
      await expectPaper(page, String(facts), info.outputPath('facts.pdf'));
    }
    await context.close();
  }
});

test('whoever reads in larger letters has them on paper too, and it still fits', async ({ page }) => {
  await signInByRequest(page.context(), accountWith('BRACK', 'student'));
  await page.goto('/my-data/receipts');
  await page.emulateMedia({ media: 'print' });
  await page.setViewportSize(SHEETS.A4);
  const points = (): Promise<number> => page.evaluate(() => parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.75);
  expect(await points()).toBeCloseTo(10.5, 1);
  for (const [size, printed] of [['large', 12.6], ['larger', 14.7], ['largest', 16.8]] as const) {
    await page.evaluate((word) => { document.documentElement.dataset.size = word; }, size);
    expect(await points(), size).toBeCloseTo(printed, 1);
    expect(await page.evaluate(faultsOfPaper), size).toEqual([]);
  }
});

test('public texts on paper say where their links lead', async ({ page }, info) => {
  await expectPaper(page, '/privacy', info.outputPath('privacy.pdf'));
  await page.goto('/design');
  await page.emulateMedia({ media: 'print' });
  const told = await page.getByRole('link', { name: /^the museum/ }).evaluate((link) => getComputedStyle(link, '::after').content);
  expect(told).toContain('https://museum.example/steam');
  const within = await page.getByRole('link', { name: 'a link within it' }).evaluate((link) => getComputedStyle(link, '::after').content);
  expect(within, 'a link on the same page needs no address').toBe('none');
});

test('ten badges stand on a sheet', async ({ page }, info) => {
  await signInByRequest(page.context(), accountWith('ALDER', 'teacher'));
  await page.goto('/classrooms');
  await page.getByRole('link', { name: '3 Oak' }).click();
  await page.goto(`${new URL(page.url()).pathname}/badges/print`);
  await expect(page.locator('.badge-card').first()).toBeVisible();
  for (const [cards, sheets] of [[A_SHEET_OF_BADGES, 1], [A_SHEET_OF_BADGES + 1, 2], [2 * A_SHEET_OF_BADGES + 1, 3]] as const) {
    await page.locator('.badge-cards').evaluate((list, many) => {
      const card = list.children[0];
      list.replaceChildren(...Array.from({ length: many }, () => card?.cloneNode(true) ?? ''));
    }, cards);
    for (const paper of PAPERS) {
      // Whatever lies in the printer, cards of this size fill sheets of A4.
      const print = await printed(page, info.outputPath(`badges-${cards}-${paper}.pdf`), paper);
      expect(print, `${cards} cards with ${paper}`).toEqual({ sheets, papers: ['A4'] });
    }
  }
  await page.emulateMedia({ media: 'print' });
  const size = await page.locator('.badge-card').first().evaluate((card) => {
    const { width, height } = card.getBoundingClientRect();
    return [width, height].map((px) => Math.round((px * 25.4) / 96));
  });
  expect(size, 'as large as a bank card, in mm').toEqual([85, 54]);
});

/** Opens a page in the dark theme and holds its paper to the rules. */
async function expectPaper(page: Page, path: string, file: string): Promise<void> {
  await page.context().addCookies([{ name: 'theme', value: 'dark', url: String(process.env.BASE_URL) }]);
  await page.emulateMedia({ media: 'screen' });
  await page.goto(path);
  const before = page.viewportSize();
  for (const paper of PAPERS) {
    await page.emulateMedia({ media: 'print' });
    const { sheets, papers } = await printed(page, file.replace('.pdf', `-${paper}.pdf`), paper);
    expect(sheets, `${path} fills paper`).toBeGreaterThan(0);
    expect(papers, `${path} with ${paper} in the printer`).toEqual([paper]);
    await page.setViewportSize(SHEETS[paper]);
    expect(await page.evaluate(faultsOfPaper), `${path} on ${paper}`).toEqual([]);
    await page.emulateMedia({ media: 'screen' });
    await page.setViewportSize(before ?? { width: 1280, height: 720 });
  }
}

/** Prints to a file, with this paper in the printer: how many sheets, and of what. */
async function printed(page: Page, path: string, format: Paper): Promise<{ sheets: number; papers: string[] }> {
  const pdf = (await page.pdf({ path, format, preferCSSPageSize: true, printBackground: true })).toString('latin1');
  const sizes = [...pdf.matchAll(/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]/g)].map(([, width, height]) => paperOf(Number(width), Number(height)));
  return { sheets: pdf.match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0, papers: [...new Set(sizes)] };
}

/** The name of a sheet by its sides in points, as printers round them. */
function paperOf(width: number, height: number): string {
  const isAbout = (wide: number, high: number): boolean => Math.abs(width - wide) < 2 && Math.abs(height - high) < 2;
  return isAbout(595, 842) ? 'A4' : isAbout(612, 792) ? 'Letter' : `${width} by ${height} points`;
}

function faultsOfPaper(): string[] {
  const faults: string[] = [];
  const style = (selector: string, what: 'display' | 'backgroundColor' | 'color'): string[] =>
    [...document.querySelectorAll(selector)]
      .filter((element) => what === 'display' || element.checkVisibility())
      .map((element) => getComputedStyle(element)[what]);
  const onlyPressed = '.bar, .skip, .crumbs, .tabs, .btn, .pager, .filters, .top-end, .foot, .theme-form';
  if (style(onlyPressed, 'display').some((display) => display !== 'none')) {
    faults.push('something that can only be pressed is printed');
  }
  const grounds = new Set(style('body, body *', 'backgroundColor'));
  for (const ground of grounds) {
    if (!['rgb(255, 255, 255)', 'rgba(0, 0, 0, 0)'].includes(ground)) {
      faults.push(`a ground is ${ground}`);
    }
  }
  for (const ink of new Set(style('main :is(h1, h2, h3, p, li, td, th, a, dd)', 'color'))) {
    const [red = 0, green = 0, blue = 0] = (ink.match(/\d+/g) ?? []).map(Number);
    if (Math.max(red, green, blue) > 0x22) {
      faults.push(`an ink is ${ink}`);
    }
  }
  if (style('main table', 'display').some((display) => display !== 'table')) {
    faults.push('a table is no table');
  }
  if (style('main thead', 'display').some((display) => display !== 'table-header-group')) {
    faults.push('the head of a table does not repeat');
  }
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth + 1) {
    faults.push(`it is ${wide} px wide on a sheet of ${innerWidth}`);
  }
  return faults;
}
