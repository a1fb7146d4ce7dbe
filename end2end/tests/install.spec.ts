// What the browser itself says about installing.
import { expect, test } from '@playwright/test';

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
  readonly shortcuts: readonly { readonly url: string }[];
  readonly screenshots: readonly { readonly src: string; readonly sizes: string; readonly form_factor: string }[];
  readonly icons: readonly { readonly src: string; readonly sizes: string }[];
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
  for (const { url } of manifest.shortcuts) {
    // Whoever is signed out is sent to a door, and to no page that is not there.
    expect([200, 401], url).toContain((await page.request.get(url)).status());
  }
  expect(manifest.share_target).toMatchObject({ action: '/share', method: 'POST' });
});
