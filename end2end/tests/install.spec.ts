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
