// What the browser itself says about installing.
import { expect, test } from '@playwright/test';
import { Visitor } from '../fixtures/readers.js';

test('the browser finds nothing that keeps the platform from being installed', async ({ page }) => {
  await page.goto('/sign-in');
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  const devtools = await page.context().newCDPSession(page);
  const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
  // Every context of a test counts as a private window, which installs nothing.
  const ours = installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito');
  expect(ours).toEqual([]);
  const { url, errors } = await devtools.send('Page.getAppManifest');
  expect(new URL(url).pathname).toBe('/manifest.webmanifest');
  expect(errors).toEqual([]);
});

interface Manifest {
  readonly shortcuts: readonly { readonly name: string; readonly url: string }[];
  readonly screenshots: readonly { readonly src: string; readonly sizes: string; readonly form_factor: string }[];
  readonly icons: readonly { readonly src: string; readonly sizes: string; readonly purpose: string }[];
  readonly share_target: { readonly action: string; readonly method: string };
}

test('everything that the manifest names is there and as large as it says', async ({ page }) => {
  await page.goto('/sign-in');
  const manifest = (await (await page.request.get('/manifest.webmanifest')).json()) as Manifest;
  expect(manifest.screenshots.map(({ form_factor: form }) => form).sort()).toEqual(['narrow', 'wide']);
  for (const { src, sizes } of [...manifest.icons, ...manifest.screenshots]) {
    const size = await page.evaluate(async (address) => {
      const picture = new Image();
      picture.src = address;
      await picture.decode();
      return `${picture.naturalWidth}x${picture.naturalHeight}`;
    }, src);
    expect(size, src).toBe(sizes);
  }
  expect(manifest.icons.map(({ purpose }) => purpose)).toEqual(['any', 'any', 'maskable', 'monochrome']);
  for (const { url } of manifest.shortcuts) {
    // Whoever is signed out is sent to a door, and to no page that is not there.
    expect([200, 401], url).toContain((await page.request.get(url)).status());
  }
  expect(manifest.share_target).toMatchObject({ action: '/share', method: 'POST' });
});

test('the shortcuts of the app are those of whoever is signed in', async () => {
  const of = async (reader: 'nobody' | 'teacher' | 'student'): Promise<string[]> => {
    const visitor = await Visitor.as(reader);
    const { shortcuts } = JSON.parse((await visitor.ask('/manifest.webmanifest')).body) as Manifest;
    await visitor.leave();
    return shortcuts.map(({ name }) => name);
  };
  expect(await of('teacher')).toEqual(['Today', 'Classes', 'Marking', 'Without a network']);
  for (const reader of ['nobody', 'student'] as const) {
    expect(await of(reader)).toEqual(['Today', 'Classes', 'Sign in with a badge', 'Without a network']);
  }
});
