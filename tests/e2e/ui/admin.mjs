// What administrators want, and readers of the help. A receiver of webhooks is named in the environment.
import { button, check, run, same, url } from './browser.mjs';

const HOOK = process.env.UI_HOOK;

await run([
  ['be told when a model fails, try it, see every answer, pause it and end it', { allowed: [/400/] }, async (visit) => {
    const { page } = visit;
    await page.goto('/admin/webhooks');
    await page.getByText('Nothing yet.').waitFor();
    await page.locator('#webhook-name').fill('Chat');
    await page.locator('#webhook-url').fill('http://169.254.169.254/latest');
    await button(page, 'Create webhook').click();
    await page.locator('.field-error').waitFor();
    await page.locator('#webhook-url').fill(HOOK);
    await page.getByRole('checkbox', { name: 'Refused by the quota' }).check();
    await button(page, 'Create webhook').click();
    check((await page.locator('#webhook-secret').inputValue()).startsWith('whsec_'), 'the secret is shown');
    const [made] = (await visit.api('GET', '/webhooks')).items;
    same(made.events.includes('quota.refused'), true, 'the event that was chosen');
    await page.getByRole('link', { name: 'Chat' }).click();
    same(await page.locator('#webhook-secret').count(), 0, 'secrets that are shown again');
    await page.getByText('Nothing was told yet.').waitFor();
    await button(page, 'Send a test').click();
    await page.locator('.deliveries strong', { hasText: 'Delivered' }).waitFor();
    await page.locator('.deliveries summary').click();
    await page.locator('.deliveries td', { hasText: '204' }).waitFor();
    await page.locator('.deliveries pre', { hasText: 'webhook.test' }).waitFor();
    await page.getByRole('button', { name: /^Send msg_.* again$/ }).click();
    await page.waitForFunction(() => document.querySelectorAll('.deliveries tbody tr').length === 2);
    await page.locator('#webhook-name').fill('Chat room');
    await button(page, 'Save').click();
    await page.getByRole('heading', { name: 'Chat room' }).waitFor();
    await button(page, 'Rotate the secret').click();
    await button(page, 'Yes').click();
    check((await page.locator('#webhook-secret').inputValue()).startsWith('whsec_'), 'the next secret is shown');
    await page.getByRole('button', { name: 'Pause Chat room' }).click();
    await page.getByText('Paused', { exact: true }).waitFor();
    same((await visit.api('GET', `/webhooks/${made.id}`)).enabled, false, 'the paused webhook is enabled');
    await page.getByRole('button', { name: 'Resume Chat room' }).click();
    await page.getByText('Active', { exact: true }).waitFor();
    // The question is answered by keyboard: it begins at the answer that changes nothing.
    const remove = page.getByRole('button', { name: 'Remove Chat room' });
    const hasFocus = (of) => of.evaluate((element) => element === document.activeElement);
    await remove.focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.textContent === 'No');
    await page.keyboard.press('Enter');
    await button(page, 'Yes').waitFor({ state: 'hidden' });
    check(await hasFocus(remove), 'the button has the focus again');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.textContent === 'No');
    await page.keyboard.press('Escape');
    await button(page, 'Yes').waitFor({ state: 'hidden' });
    check(await hasFocus(remove), 'the button has the focus again');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.textContent === 'No');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('The webhook was removed.').waitFor();
    same((await visit.api('GET', '/webhooks')).items, [], 'webhooks');
  }],

  ['administer one\'s own group, and nothing of the platform', { allowed: [/401/] }, async (visit) => {
    const { page } = visit;
    await visit.api('POST', '/users', { name: 'grace', password: 'a much better password', must_change_password: false });
    await visit.api('PUT', '/groups/default/members/grace', { admin: true });
    await visit.api('DELETE', '/session');
    await page.goto('/admin/webhooks');
    await page.locator('#user').fill('grace');
    await page.locator('#password').fill('a much better password');
    await page.keyboard.press('Enter');
    await page.locator('#webhook-name').fill('Ours');
    await page.locator('#webhook-url').fill(HOOK);
    await button(page, 'Create webhook').click();
    await page.getByRole('link', { name: 'Ours' }).waitFor();
    same(await page.getByRole('tab').allInnerTexts(), ['Groups', 'Image Pull Secrets', 'Webhooks', 'Audit log', 'Usage'], 'the tabs');
  }],

  ['see at a glance how the installation is', {}, async ({ page }) => {
    await page.goto('/admin/system');
    await page.getByText('mock 1').waitFor();
    await page.getByRole('cell', { name: /^\d+ newest$/ }).waitFor();
    await page.getByText(/^[\d.,]+ GiB of [\d.,]+ GiB$/).waitFor();
    await page.getByText('Ready', { exact: true }).waitFor();
    await page.locator('.facts', { hasText: 'gateway' }).getByText(/^127\.0\.0\.1:\d+/).first().waitFor();
    await page.getByRole('link', { name: 'How to set up Prometheus' }).click();
    await page.getByRole('heading', { name: 'Monitoring', exact: true }).waitFor();
  }],

  ['find it in the help as one types, in one\'s own language, with no other machine', {}, async ({ page }) => {
    const elsewhere = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(url)) elsewhere.push(request.url());
    });
    await page.goto('/help');
    await page.getByRole('heading', { name: 'Quick start' }).waitFor();
    await page.getByRole('navigation', { name: 'Help' }).getByRole('link', { name: 'Command line' }).click();
    await page.getByRole('heading', { name: 'In scripts' }).waitFor();
    await page.locator('pre', { hasText: `slipway login ${url}` }).waitFor();
    await page.getByLabel('Search the help').pressSequentially('rotate tok');
    await page.getByRole('list', { name: 'Search results' }).getByRole('link', { name: 'Rotate and remove' }).click();
    await page.waitForFunction(() => {
      const top = document.getElementById('rotate-and-remove')?.getBoundingClientRect().top ?? -1;
      return top >= 0 && top < window.innerHeight;
    });
    check(page.url().endsWith('/help/private-endpoints#rotate-and-remove'), `the address is ${page.url()}`);
    await page.getByLabel('Search the help').fill('zeppelin');
    await page.getByText('Nothing in the help has all of these words.').waitFor();
    await button(page, 'admin').click();
    await page.getByText('中文').click();
    await page.getByRole('heading', { name: '私人端點', exact: true }).waitFor();
    await page.goto('/help/no-such-page');
    await page.getByText('此網址沒有頁面').or(page.getByRole('heading', { level: 1 })).first().waitFor();
    same(elsewhere, [], 'what was asked of other machines');
  }],

  ['learn how private endpoints work without losing what one typed', {}, async ({ page, context }) => {
    await page.goto('/deployments/create');
    await page.locator('#name').fill('Half done');
    const [help] = await Promise.all([context.waitForEvent('page'), page.getByRole('link', { name: 'How private endpoints work' }).click()]);
    await help.getByRole('heading', { name: 'Private endpoints', exact: true }).waitFor();
    same(await page.locator('#name').inputValue(), 'Half done', 'the name');
  }],

  ['paste five thousand metadata and go on typing', { allowed: [/400/] }, async ({ page, context }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.goto('/deployments/create');
    const metadata = page.locator('section', { has: page.getByRole('heading', { name: 'Metadata' }) });
    await metadata.getByRole('button', { name: 'Paste several' }).click();
    await page.evaluate(() => navigator.clipboard.writeText(Array.from({ length: 5000 }, (_, index) => `key ${index + 1}=value ${index + 1}`).join('\n')));
    await metadata.getByRole('textbox').focus();
    await page.keyboard.press('Control+V');
    await button(page, 'Take these').click();
    await page.getByLabel('Metadata 5000: key').waitFor();
    same(await page.getByLabel('Metadata 5000: value').inputValue(), 'value 5000', 'the last row');
    check((await page.locator('.pair-row').count()) < 60, 'only rows in sight are in the page');
    await page.locator('.pair-list').last().evaluate((box) => { box.scrollTop = 0; });
    await page.getByLabel('Metadata 1: value').fill('changed');
    await page.getByRole('button', { name: 'Remove row 2 of Metadata' }).click();
    await page.waitForFunction(() => document.querySelector('[aria-label="Metadata 2: key"]')?.value === 'key 3');
    await page.locator('#name').fill('Talkative');
    await page.locator('#modelImage').fill('mock/ok:1');
    await page.getByText(/must have at most 100 entries; it has 4999/).first().waitFor();
    await page.locator('details summary', { hasText: 'As a file' }).click();
    await page.locator('pre', { hasText: 'key 1: changed' }).waitFor();
    await button(page, 'Deploy').click();
    await page.locator('.problem').first().waitFor();
    same(await page.locator('#name').inputValue(), 'Talkative', 'the name');
  }],

  ['trust that an error of the console, of a script and of the policy fails a scenario', {}, async (visit) => {
    const { page } = visit;
    await page.goto('/deployments');
    await page.evaluate(() => {
      console.error('told by the page');
      setTimeout(() => { throw new Error('thrown by the page'); });
      const script = document.createElement('script');
      script.textContent = 'window.wasRun = true';
      document.head.append(script);
    });
    await page.waitForFunction(() => !document.querySelector('.skeleton'));
    for (const [what, pattern] of [['the console', /told by the page/], ['a script', /thrown by the page/], ['the policy', /CSP: script-src/]]) {
      check(visit.complaints.some((one) => pattern.test(one)), `${what} is heard: ${visit.complaints.join('; ')}`);
    }
    same(await page.evaluate(() => window.wasRun), undefined, 'the script that the policy forbids was run');
    visit.complaints.length = 0;
  }],
]);
