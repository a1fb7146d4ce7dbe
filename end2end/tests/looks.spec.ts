// That what looks at every page sees what is wrong with one, and finds nothing where people
// would not either.
import { expect, test } from '@playwright/test';
import { axeFindings, coveredControls, overlappingTexts, roomFaults } from '../fixtures/looks.js';

/** A line of 24 px, and something over it that begins where it does. */
const over = (words: string, above: string): string => `<p style="margin: 0">${words}</p>${above}`;
const OVER = 'margin: -24px 0 24px';

test('texts that lie over one another are named, and what is hidden, closed, cut off or stays in its place is not', async ({ page }) => {
  await page.setContent(`<!doctype html><body style="margin: 0; font: 16px/24px sans-serif">
    ${over('Words below', `<p style="${OVER}">Words above</p>`)}
    ${over('Below what is hidden', `<p style="${OVER}; visibility: hidden">Hidden</p>`)}
    ${over('Below what is seen through', `<p style="${OVER}; opacity: 0">Seen through</p>`)}
    ${over('Below what is only heard', `<span style="position: absolute; margin-block-start: -24px; inline-size: 1px; block-size: 1px;
      overflow: hidden; white-space: nowrap">Only heard</span>`)}
    ${over('Below a bar', `<p style="${OVER}; position: fixed">In a bar</p>`)}
    ${over('Below a list', `<select multiple style="display: block; margin: -24px 0 0"><option>In a list</option></select>`)}
    ${over('Below what is closed', `<details style="margin-block-start: -24px"><summary style="visibility: hidden">Open</summary>
      <p style="margin: -24px 0 0">Closed</p></details>`)}
    ${over('Beside a window', `<div style="block-size: 24px; overflow: hidden"><p style="margin: 24px 0 0">Cut off</p></div>`)}
    ${over('Beyond the window', '')}
    <p style="margin: 0; font: 40px/40px sans-serif">Large words</p>
    <h2 style="margin: 0; font: 40px/40px sans-serif">Close beneath them</h2>
    <p style="margin: 0">A text with <a href="/home">a link</a> and <strong>strong words</strong></p>`);
  expect(await overlappingTexts(page)).toEqual(['"Words below" and "Words above" lie over one another']);
});

test('a control that something lies over is named wherever the page is scrolled to, and what is hidden or in a bar is not', async ({ page }) => {
  await page.setViewportSize({ width: 400, height: 600 });
  const link = '<a href="/home">Open<span style="position: absolute; inset: 0"></span></a>';
  await page.setContent(`<!doctype html><body style="margin: 0; font: 16px/24px sans-serif">
    <div style="position: relative">${link} <button>End</button></div>
    <div style="position: relative">${link} <button style="position: relative">Above it</button></div>
    <label><input type="checkbox" style="pointer-events: none"> Ticked by its words</label>
    <details><summary>More</summary><button>Closed</button></details>
    <div style="block-size: 24px; overflow: auto"><p style="block-size: 100px">Scrolls</p><button>Further down</button></div>
    <div style="block-size: 2000px"></div>
    <div style="position: relative; margin-block-end: 200px">${link} <button>Below</button></div>
    <div style="position: fixed; inset-block-end: 0; inset-inline: 0; block-size: 100px; background: #fff"><button>In a bar</button></div>`);
  expect(await coveredControls(page)).toEqual([
    expect.stringMatching(/^button\. "End" lies under span/),
    expect.stringMatching(/^button\. "Below" lies under span/),
  ]);
  expect(await page.evaluate(() => scrollY)).toBe(0);
});

test('text that stands out too little is found, and once only, however little that is', async ({ page }) => {
  await page.setContent(`<!doctype html><html lang="en-GB"><head><title>Contrast</title></head>
    <body style="background: #fff; color: #000; font: 16px/24px sans-serif"><main><h1>Contrast</h1>
    <p id="three" style="color: #949494">Three to one</p>
    <p id="five" style="color: #6f6f6f">Five to one</p>
    <p id="eight" style="color: #505050">Eight to one</p>
    <p id="large-two" style="color: #a8a8a8; font-size: 40px; line-height: 60px">Large, two to one</p>
    <p id="large-four" style="color: #808080; font-size: 40px; line-height: 60px">Large, four to one</p>
    <p id="large-five" style="color: #6f6f6f; font-size: 40px; line-height: 60px">Large, five to one</p>
    </main></body></html>`);
  for (const which of ['everything', 'colours'] as const) {
    const found = (await axeFindings(page, which)).filter((line) => line.includes('contrast'));
    const where = found.map((line) => /#[\w-]+/.exec(line)?.[0]);
    expect(where, which).toEqual(['#three', '#five', '#large-two', '#large-four']);
  }
});

test('whatever has too little room is found in one go, also what has enough until the letters are the largest', async ({ page }) => {
  await page.setViewportSize({ width: 400, height: 800 });
  await page.setContent(`<!doctype html>
    <style>[data-size="largest"] #wide { inline-size: 600px } [data-size="largest"] #thin { inline-size: 20px }</style>
    <body style="margin: 0; font: 16px/24px sans-serif">
    <p style="margin: 0; inline-size: 20px; overflow-wrap: anywhere">Several words</p>
    ${over('Words below', `<p style="${OVER}">Words above</p>`)}
    <button style="display: block; inline-size: 20px; block-size: 20px; padding: 0; font-size: 10px">Go</button>
    <p id="thin" style="margin: 0; overflow-wrap: anywhere">Whole words</p>
    <p id="wide" style="margin: 0">Wide</p>`);
  const always = [
    expect.stringMatching(/^"Several words" is broken over \d lines$/),
    '"Words below" and "Words above" lie over one another',
    expect.stringMatching(/^small target: button/),
  ];
  expect(await roomFaults(page)).toEqual(always);
  expect(await roomFaults(page, 'largest letters')).toEqual([
    ...always,
    expect.stringMatching(/^with the largest letters scrolls sideways: 600 px in a window of 400/),
    expect.stringMatching(/^with the largest letters "Several words" is broken over \d lines$/),
    expect.stringMatching(/^with the largest letters "Whole words" is broken over \d+ lines$/),
  ]);
  await expect(page.locator('html')).not.toHaveAttribute('data-size', /./);
});

test('a page that has other colours at another width is asked for its targets as well', async ({ page }) => {
  const small = '<button style="inline-size: 10px; block-size: 10px; padding: 0; border: 0; font-size: 6px; color: #000">Go</button>';
  await page.setContent(`<!doctype html><html lang="en-GB"><head><title>Targets</title></head><body style="font-size: 0">${small}${small}</body></html>`);
  expect(await axeFindings(page, 'colours')).toEqual([]);
  const found = await axeFindings(page, 'colours and room');
  expect(found.map((line) => line.split(' at ')[0])).toEqual(['axe target-size', 'axe target-size']);
});
