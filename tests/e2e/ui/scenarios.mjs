// What people want to do, on real containers. Images are named in the environment.
import { admin, ask, button, check, deployed, Keyboard, run, same, status, tab } from './browser.mjs';

const IMAGE = process.env.UI_IMAGE;
const NEXT_IMAGE = process.env.UI_NEXT_IMAGE;
const MARKUP = '<img src=x onerror="document.title=1"><b>花</b> & "quoted"';

await run([
  ['sign in, after a wrong password, in one\'s own language', { who: null, locale: 'zh-TW', allowed: [/401/] }, async ({ page }) => {
    await page.goto('/');
    await page.getByRole('heading', { name: '登入' }).waitFor();
    await page.fill('#user', admin.user);
    await page.fill('#password', 'not this one');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('使用者或密碼錯誤').waitFor();
    await page.fill('#password', admin.password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '模型部署' }).waitFor();
    await page.getByText('佈建您的第一個模型').waitFor();
    await button(page, 'admin').click();
    await page.getByText('English', { exact: true }).click();
    await page.getByRole('heading', { name: 'Model Deployments' }).waitFor();
    same(await page.evaluate(() => document.documentElement.lang), 'en', 'the language of the page');
  }],

  ['deploy a model, with the keyboard alone, and call it', {}, async ({ page, context }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.goto('/deployments');
    const create = page.getByRole('link', { name: 'Create Deployment' }).first();
    await create.focus();
    await page.keyboard.press('Enter');
    await page.locator('#name').waitFor();
    same(await page.evaluate(() => document.activeElement?.id), 'name', 'what has the focus');
    await page.keyboard.type('My Iris');
    await page.waitForFunction(() => /^my-iris-[a-z0-9]{5}$/.test(document.getElementById('id').value));
    for (let steps = 0; steps < 6 && (await page.evaluate(() => document.activeElement?.id)) !== 'modelImage'; steps += 1) await page.keyboard.press('Tab');
    await page.keyboard.type(IMAGE);
    await page.getByText('The image is on this machine.').waitFor();
    await button(page, 'Deploy').focus();
    await page.keyboard.press('Enter');
    await status(page, 'Deployed');
    await page.getByText('is being deployed').waitFor();
    await page.getByRole('tab', { name: 'Playground' }).focus();
    await page.keyboard.press('Enter');
    await page.locator('#playground-json').waitFor();
    await button(page, 'Send').focus();
    await page.keyboard.press('Enter');
    await page.locator('strong.good', { hasText: '200' }).waitFor();
    await page.getByText(/from my-iris-/).waitFor();
    await tab(page, 'Information');
    await page.getByRole('button', { name: 'Copy: Run an Example' }).click();
    check((await page.evaluate(() => navigator.clipboard.readText())).startsWith('curl -X POST'), 'the curl command was copied');
  }],

  ['create, predict, update and roll back without ever touching the mouse', {}, async (visit) => {
    const { page } = visit;
    const keys = new Keyboard(page);
    await page.goto('/deployments');
    await page.getByRole('link', { name: 'Create Deployment' }).first().waitFor();
    await keys.to('link', 'Create Deployment');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.id === 'name');
    await page.keyboard.type('By Hand');
    await keys.to('checkbox', 'Own');
    await page.keyboard.press('Space');
    await keys.to('textbox', 'Deployment ID');
    await keys.replace('by-hand');
    await keys.to('textbox', 'Model Image');
    await page.keyboard.type(IMAGE);
    await page.getByText('The image is on this machine.').waitFor();
    await keys.to('button', 'Deploy');
    await page.keyboard.press('Enter');
    await status(page, 'Deployed');
    await keys.to('tab', 'Information');
    await keys.right('Playground');
    await keys.to('button', 'Send');
    await page.keyboard.press('Enter');
    await page.locator('strong.good', { hasText: '200' }).waitFor();
    await keys.back('button', 'Update');
    await page.keyboard.press('Enter');
    await page.locator('#modelImage').waitFor();
    await keys.to('textbox', 'Model Image');
    await keys.replace(NEXT_IMAGE);
    await keys.to('textbox', 'Update Message');
    await page.keyboard.type('a newer one');
    await keys.to('button', 'Confirm and Deploy');
    await page.keyboard.press('Enter');
    await status(page, 'Deployed');
    await keys.to('tab', 'Information');
    await keys.right('History');
    await page.getByText('a newer one').first().waitFor();
    await keys.to('button', 'Roll back to version 1');
    await page.keyboard.press('Enter');
    await page.locator('#rollback-message').waitFor();
    await keys.to('textbox', 'Update Message');
    await page.keyboard.type('back');
    await keys.to('button', 'Roll back');
    await page.keyboard.press('Enter');
    await page.getByText('Rolling back to what version 1 said.').waitFor();
    await status(page, 'Deployed');
    const now = await visit.api('GET', '/deployments/by-hand');
    same([now.revision, now.image], [3, IMAGE], 'the newest version and its image');
  }],

  ['see why an update fails, that the old version serves, and roll back', {}, async (visit) => {
    const { page } = visit;
    await deployed(visit, 'backward', IMAGE);
    await page.goto('/deployments/backward');
    await button(page, 'Update').click();
    await page.locator('#modelImage').fill('slipway-test/nowhere:9');
    await page.locator('#updateMessage').fill('try a new one');
    await page.getByText('What changes').waitFor();
    await button(page, 'Confirm and Deploy').click();
    await status(page, 'Failed');
    await page.getByText(/1 serves/).waitFor();
    await page.locator('.detail-reason', { hasText: 'nowhere' }).waitFor();
    await tab(page, 'History');
    await page.getByText('try a new one').first().waitFor();
    await page.locator('.changes ins', { hasText: 'slipway-test/nowhere:9' }).waitFor();
    await page.getByRole('button', { name: 'Roll back to version 1' }).first().click();
    await page.locator('#rollback-message').fill('back');
    await page.getByRole('dialog').getByRole('button', { name: 'Roll back' }).click();
    await status(page, 'Deployed');
    same((await visit.api('GET', '/deployments/backward')).revision, 3, 'the newest version');
  }],

  ['read what a replica says, search it, and take it along', {}, async (visit) => {
    const { page } = visit;
    await deployed(visit, 'talker', NEXT_IMAGE);
    await page.goto('/deployments/talker/logs');
    await page.locator('.log-line', { hasText: 'line 50 of 50' }).waitFor();
    await page.getByLabel('Search (regular expression)').fill('line (7|9) of');
    await page.waitForFunction(() => document.querySelectorAll('.log-line').length === 2);
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download' }).click()]);
    check((await file.suggestedFilename()).includes('talker'), 'the file is named after the deployment');
  }],

  ['follow the log until one scrolls up, and go on at the bottom', {}, async (visit) => {
    const { page } = visit;
    await page.setViewportSize({ width: 1000, height: 500 });
    await page.goto('/deployments/talker/logs');
    const last = page.locator('.log-line', { hasText: 'line 50 of 50' });
    await last.waitFor();
    await page.locator('.log-box').evaluate((box) => { box.scrollTop = 0; });
    await button(page, 'Scroll to Bottom').click();
    await last.waitFor();
    await button(page, 'Scroll to Bottom').waitFor({ state: 'detached' });
  }],

  ['let only a client with a token predict', { allowed: [/401/] }, async (visit) => {
    const { page } = visit;
    await deployed(visit, 'closed', IMAGE, { access: 'private' });
    await page.goto('/deployments/closed/clients');
    await page.locator('#client-name').fill('Not Allowed');
    await button(page, 'Add client').click();
    await page.getByText('Should match the pattern').waitFor();
    await page.locator('#client-name').fill('web-shop');
    await button(page, 'Add client').click();
    const token = await page.locator('#client-token').inputValue();
    check(token.length > 20, 'a token is shown');
    await tab(page, 'Playground');
    await button(page, 'Send').click();
    await page.locator('strong.bad', { hasText: '401' }).waitFor();
    await page.locator('#playground-token').fill(token);
    for (let left = 20; left > 0 && !(await page.locator('strong.good').isVisible()); left -= 1) {
      await button(page, 'Send').click();
      await page.waitForTimeout(250);
    }
    await page.locator('strong.good', { hasText: '200' }).waitFor();
    await page.getByLabel('Reward').fill('0.5');
    await button(page, 'Send feedback').click();
    await page.getByText('Feedback sent.').waitFor();
    await tab(page, 'Clients');
    same(await page.locator('#client-token').count(), 0, 'tokens that are shown again');
    await page.getByRole('button', { name: 'Remove web-shop' }).click();
    await button(page, 'Yes').click();
    await page.getByText('The client has been removed.').waitFor();
  }],

  ['find, stop and start deployments from the list, and send a colleague the filtered address', {}, async (visit) => {
    const { page } = visit;
    await page.goto('/deployments');
    await page.locator('.quota-one').first().waitFor();
    await page.getByLabel('Search deploy name').fill('TALK');
    await page.waitForFunction(() => document.querySelectorAll('.card').length === 1);
    check(page.url().includes('search=TALK'), 'the address keeps the search');
    await page.getByRole('button', { name: 'Stop talker' }).click();
    await button(page, 'Yes').click();
    await page.locator('.card .status-word', { hasText: 'Stopped' }).waitFor({ timeout: 40_000 });
    await page.getByRole('checkbox', { name: 'Deployed By Me' }).check();
    const colleague = await visit.newPage();
    await colleague.goto(page.url());
    await colleague.getByRole('button', { name: 'Start talker' }).click();
    await colleague.locator('.card .status-word', { hasText: 'Deployed' }).waitFor({ timeout: 60_000 });
    await page.locator('.card .status-word', { hasText: 'Deployed' }).waitFor();
  }],

  ['be told at the field what is wrong, and lose nothing by a wrong click', { allowed: [/400/] }, async (visit) => {
    const { page } = visit;
    await page.goto('/deployments/create');
    await button(page, 'Deploy').click();
    await page.getByText('Please input a name!').waitFor();
    await page.getByText('Please input a model image url!').waitFor();
    await page.locator('#name').fill('Wrong');
    await page.locator('#modelImage').fill(IMAGE);
    await page.getByRole('checkbox', { name: 'Own' }).check();
    await page.locator('#id').fill('talker');
    await page.getByText('The ID has been used by other users.').waitFor();
    await page.locator('#id').fill('wrong-one');
    await page.getByText('Your Deployment ID is available.').waitFor();
    await page.getByRole('button', { name: 'Paste several' }).first().click();
    await page.getByRole('textbox', { name: 'Paste several' }).fill('GOOD=1\nexport SECRET="two words"\nNO WAY=3');
    await button(page, 'Take these').click();
    same(await page.getByLabel('Environment Variables 2: value').getAttribute('type'), 'password', 'how values are shown');
    await button(page, 'Deploy').click();
    await page.getByText(/Some fields need a change|environment\[2\]/).first().waitFor();
    await page.getByRole('link', { name: 'Help' }).click();
    await page.getByText('Your changes will be lost. Are you sure?').waitFor();
    await button(page, 'Go on editing').click();
    same(await page.locator('#name').inputValue(), 'Wrong', 'the name');
    await page.getByRole('link', { name: 'Help', exact: true }).click();
    await button(page, 'Discard').click();
    await page.getByRole('heading', { name: 'Quick start' }).waitFor();
  }],

  ['see what a colleague changed meanwhile before putting one\'s own over it', { allowed: [/412/] }, async (visit) => {
    const { page } = visit;
    await page.goto('/deployments/talker/edit');
    await page.locator('#description').fill('mine');
    await visit.api('PATCH', '/deployments/talker', { description: 'theirs', message: 'quick fix' });
    await button(page, 'Confirm and Deploy').click();
    await page.getByText('changed this deployment while you were editing').waitFor();
    await page.locator('.changes ins', { hasText: 'theirs' }).first().waitFor();
    same(await page.locator('#description').inputValue(), 'mine', 'what was typed');
    await button(page, 'Confirm and Deploy').click();
    await page.getByText('is being updated').waitFor();
    same((await visit.api('GET', '/deployments/talker')).description, 'mine', 'the description');
  }],

  ['keep what was typed when the session ends', { allowed: [/401/] }, async (visit) => {
    const { page, context } = visit;
    await page.goto('/deployments/create');
    await page.locator('#name').fill('Long thoughts');
    await context.clearCookies();
    await page.locator('#modelImage').fill(IMAGE);
    await page.getByText('Your session is over').waitFor();
    same(await page.locator('#user').inputValue(), 'admin', 'the user');
    await page.locator('#password').fill(admin.password);
    await page.getByRole('dialog').getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Your session is over').waitFor({ state: 'detached' });
    same(await page.locator('#name').inputValue(), 'Long thoughts', 'the name');
  }],

  ['go on after the server was away', { allowed: [/./] }, async (visit) => {
    const { page } = visit;
    await page.goto('/deployments/create');
    await page.locator('#name').fill('Patience');
    await ask('stop');
    await page.locator('#modelImage').fill(IMAGE);
    await page.getByText('The server does not answer.').first().waitFor();
    await ask('start');
    await page.getByText('The server does not answer.').first().waitFor({ state: 'detached' });
    await page.getByText('The image is on this machine.').waitFor();
    same(await page.locator('#name').inputValue(), 'Patience', 'the name');
  }],

  ['read markup in names and texts as text', {}, async (visit) => {
    const { page } = visit;
    await visit.api('POST', '/deployments', {
      name: MARKUP, id: 'markup', image: IMAGE, description: MARKUP, message: MARKUP, metadata: { [MARKUP]: MARKUP }, drain_seconds: 0,
      environment: [{ name: 'X', value: MARKUP }],
    });
    for (const path of ['/deployments?view=table', '/deployments/markup', '/deployments/markup/history', '/deployments/markup/edit']) {
      await page.goto(path);
      await page.getByText('<b>花</b>').first().or(page.getByText('Update Deployment')).first().waitFor();
      same(await page.locator('main b, main img[src="x"]').count(), 0, `elements made of text at ${path}`);
    }
  }],

  ['delete a deployment by typing its name', { allowed: [/404/] }, async (visit) => {
    const { page } = visit;
    await page.goto('/deployments/markup');
    await button(page, 'Delete').click();
    const confirm = page.getByRole('dialog').getByRole('button', { name: 'Delete' });
    await page.locator('#delete-deployment').fill('markup');
    check(await confirm.isDisabled(), 'Delete waits for the whole name');
    await page.locator('#delete-deployment').fill(MARKUP);
    await confirm.click();
    await page.getByText('The model deployment has been deleted.').waitFor();
    await page.waitForFunction(() => !document.body.innerText.includes('onerror'));
  }],

  ['give a newcomer a group with a quota, who changes the password and meets the quota', { allowed: [/401/, /409/] }, async (visit) => {
    const { page } = visit;
    await page.goto('/admin/groups');
    await page.locator('#group-name').fill('speech');
    await button(page, 'Add').click();
    await page.getByRole('link', { name: 'speech' }).click();
    await page.locator('#group-cpu').fill('0.1');
    await page.locator('#group-deployments').fill('1');
    await button(page, 'Save').click();
    await page.getByText('Saved.').waitFor();
    await page.goto('/admin/users');
    await page.locator('#user-name').fill('newcomer');
    await button(page, 'Add').click();
    const password = await page.locator('#told-password').inputValue();
    await page.goto('/admin/groups/speech');
    await page.locator('#member-name').fill('newcomer');
    await button(page, 'Add').click();
    await page.getByRole('cell', { name: 'newcomer', exact: true }).waitFor();
    await visit.api('DELETE', '/session');
    await page.evaluate(() => localStorage.removeItem('slipway.signed-in'));
    await page.goto('/deployments/create');
    await page.locator('#user').fill('newcomer');
    await page.locator('#password').fill(password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Choose a password' }).waitFor();
    await page.locator('#old-password').fill(password);
    await page.locator('#new-password').fill('a much better password');
    await page.locator('#new-password-again').fill('a much better password');
    await button(page, 'Change password').click();
    await page.locator('#name').fill('Too large');
    await page.locator('#modelImage').fill(IMAGE);
    await page.locator('.quota-over').first().waitFor();
    await button(page, 'Deploy').click();
    await page.locator('.problem[role=alert], .problem [role=alert]').first().waitFor();
  }],

  ['watch what a model did, and export what it used', {}, async ({ page }) => {
    await page.goto('/deployments/closed/monitoring');
    await page.getByRole('figure', { name: /^QPS: [0-9.]+$/ }).waitFor({ timeout: 60_000 });
    await page.getByRole('figure', { name: /^Latency: p50 [0-9.]+ m?s, p95 [0-9.]+ m?s, p99 [0-9.]+ m?s$/ }).waitFor();
    await page.getByText('By version').click();
    await page.getByRole('figure', { name: /^QPS: ui:1 [0-9.]+$/ }).waitFor();
    await page.goto('/admin/usage');
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Export' }).click()]);
    check((await file.suggestedFilename()).endsWith('.csv'), 'the usage report is a CSV file');
  }],

  ['get an API token for the command line', {}, async ({ page }) => {
    await page.goto('/tokens');
    await page.locator('#token-name').fill('laptop');
    await button(page, 'Create token').click();
    check((await page.locator('#new-token').inputValue()).startsWith('slw_'), 'a token is shown');
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: /Download as a context/ }).click()]);
    await file.saveAs(process.env.UI_CONTEXTS);
  }],

  ['scroll through ten thousand deployments', {}, async (visit) => {
    const { page } = visit;
    const one = await visit.api('GET', '/deployments/talker');
    const all = Array.from({ length: 10_000 }, (_, index) => ({ ...one, id: `many-${index}`, name: `Many ${index}` }));
    const events = ['event: reset\ndata: {}', ...all.map((item) => `event: deployment\ndata: ${JSON.stringify(item)}`),
      `event: listed\ndata: ${JSON.stringify({ ids: all.map((item) => item.id) })}`, ''].join('\n\n');
    await page.route(/\/api\/v1\/deployments\?watch=1/, (route) => route.fulfill({ contentType: 'text/event-stream', body: events }));
    await page.goto('/deployments?view=table');
    await page.getByText('10,000 deployments').waitFor();
    check((await page.locator('.table-row').count()) < 80, 'only rows in sight are in the page');
    await page.getByLabel('Search deploy name').fill('many 9999');
    await page.getByText('1 of 10,000').waitFor();
    await page.getByRole('link', { name: 'Many 9999' }).waitFor();
  }],
]);
