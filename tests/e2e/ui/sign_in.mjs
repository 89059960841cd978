// Signing in with a company account, at a real OpenID provider. Its address is in the environment.
import { button, check, run, same } from './browser.mjs';

const PROVIDER = process.env.UI_PROVIDER;

await run([
  // The provider's own pages name a font of another host, and a picture for the tab that they do not have.
  ['sign in with a company account, and land on the page that one wanted', { who: null, allowed: [/fonts\.googleapis/, /favicon\.ico/] }, async ({ page }) => {
    await page.goto('/deployments?search=iris');
    await button(page, 'Sign in with Company account').click();
    await page.waitForURL((address) => address.href.startsWith(PROVIDER));
    await page.locator('input[name=login]').fill('grace');
    await page.locator('input[name=password]').fill('any');
    await page.locator('button[type=submit]').click();
    await page.locator('input[name=prompt][value=consent]').waitFor({ state: 'attached' });
    await page.locator('button[type=submit]').click();
    await page.getByRole('heading', { name: 'Model Deployments' }).waitFor();
    check(page.url().endsWith('/deployments?search=iris'), `the address is ${page.url()}`);
    same(await page.getByLabel('Search deploy name').inputValue(), 'iris', 'the search');
    await button(page, 'grace').waitFor();
    same(await page.getByRole('link', { name: 'Administration' }).count(), 0, 'ways to the administration');
  }],
]);
