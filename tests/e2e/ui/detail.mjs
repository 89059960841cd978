// What people want to do on the pages of one deployment, beyond the first steps of scenarios.mjs. Models are processes.
import { readFileSync, writeFileSync } from 'node:fs';
import { ask, button, check, deployed, run, same } from './browser.mjs';

const IMAGE = process.env.UI_IMAGE;
const env = (variables) => ({ environment: Object.entries(variables).map(([name, value]) => ({ name, value })) });
const lines = (page, count) => page.waitForFunction((wanted) => document.querySelectorAll('.log-line').length === wanted, count);
const choose = async (page, label, option) => {
  const list = page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden)');
  await list.waitFor({ state: 'detached' });
  await page.getByRole('combobox', { name: label }).click();
  await list.locator('.ant-select-item-option', { hasText: option }).click();
  await page.keyboard.press('Escape');
  await list.waitFor({ state: 'detached' });
};
// Nothing for axe to say, and a picture of it for people: in both themes and on a phone.
const seemly = async (visit, name) => {
  const { page } = visit;
  await page.mouse.move(0, 0);
  for (const [colorScheme, width] of [['light', 1280], ['dark', 1280], ['light', 360]]) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 800 });
    await page.locator('main h1').waitFor();
    await page.waitForTimeout(60);
    await page.screenshot({ path: `${process.env.SLIPWAY_SCREENSHOTS}/detail-${name}-${colorScheme}-${width}.png`, fullPage: true });
    same(await visit.violations(), [], `what axe finds, ${colorScheme}, ${width} pixels`);
    same(await page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - window.innerWidth)), 0, `pixels too wide at ${width}`);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
};
const SAID = ['E1122 10:11:12.000000 1 model.cc:42] cannot load weights', '{"level": "warning", "msg": "slow disk"}', 'INFO:     Started server process [7]',
  '[DEBUG] 3 rows', 'Traceback (most recent call last):', '  File "Model.py", line 1', "KeyError: 'x'", 'plain words'];

await run([
  ['see only the errors of a log, tell them apart without colours, and take exactly them along', {}, async (visit) => {
    const { page } = visit;
    await deployed(visit, 'shouter', IMAGE, env({ TINY_LOG_TEXT: SAID.join('|') }));
    await page.goto('/deployments/shouter/logs');
    await page.locator('.log-line', { hasText: 'plain words' }).waitFor();
    for (const level of ['ERROR', 'WARN', 'INFO', 'DEBUG']) await page.locator('.log-level', { hasText: level }).first().waitFor();
    await choose(page, 'Levels', 'Error');
    await lines(page, 4);
    same(await page.locator('.log-line').nth(3).locator('.log-text').innerText(), "KeyError: 'x'", 'the last error');
    check(page.url().includes('level=error'), 'the address keeps the level');
    const [file] = await Promise.all([page.waitForEvent('download'), button(page, 'Download').click()]);
    const saved = readFileSync(await file.path(), 'utf8').trim().split('\n');
    same(saved.map((line) => line.split(' | ')[1]), [SAID[0], ...SAID.slice(4, 7)], 'the file');
    await seemly(visit, 'logs-levels');
  }],

  ['send a colleague a link to a line, who sees it among its neighbours', {}, async (visit) => {
    const { page } = visit;
    await deployed(visit, 'chatty', IMAGE, env({ TINY_LOG_LINES: '3000' }));
    await page.goto('/deployments/chatty/logs');
    await page.locator('.log-line', { hasText: 'line 3000 of' }).waitFor();
    await page.keyboard.press('/');
    same(await page.evaluate(() => document.activeElement?.getAttribute('aria-label')), 'Search (regular expression)', 'what has the focus');
    await page.keyboard.type('line 700 of');
    await lines(page, 1);
    await page.locator('.log-line .log-time').click();
    await page.locator('.log-linked', { hasText: 'line 700 of 3000' }).waitFor();
    check(page.url().includes('line=') && page.url().includes('grep='), 'the address has line and search');
    // Without the search the line stays in sight.
    await page.getByLabel('Search (regular expression)').fill('');
    await page.locator('.log-line', { hasText: 'line 702 of' }).waitFor();
    const colleague = await visit.newPage();
    await colleague.goto(page.url());
    const linked = colleague.locator('.log-linked', { hasText: 'line 700 of 3000' });
    await linked.waitFor();
    await colleague.locator('.log-line', { hasText: 'line 699 of' }).waitFor();
    await colleague.locator('.log-line', { hasText: 'line 701 of' }).waitFor();
    check(await linked.evaluate((line) => {
      const box = line.closest('.log-box').getBoundingClientRect();
      const { top, bottom } = line.getBoundingClientRect();
      return top >= box.top && bottom <= box.bottom;
    }), 'the line is in sight');
    await button(colleague, 'Back to the newest').click();
    await colleague.locator('.log-line', { hasText: 'line 3000 of' }).waitFor();
  }],

  ['read the log of the last minutes, or of another time, and jump to its end by a key', {}, async (visit) => {
    const { page } = visit;
    await deployed(visit, 'ranger', IMAGE, env({ TINY_LOG_LINES: '100' }));
    await page.setViewportSize({ width: 1000, height: 500 });
    await page.goto('/deployments/ranger/logs');
    await choose(page, 'Time range', 'Last 15 minutes');
    const last = page.locator('.log-line', { hasText: 'listens on port' });
    await last.waitFor();
    check(page.url().includes('since=15m'), 'the address keeps the range');
    await page.locator('.log-box').evaluate((box) => { box.scrollTop = 0; });
    await button(page, 'Scroll to Bottom').waitFor();
    await page.locator('h1').click();
    await page.keyboard.press('End');
    await last.waitFor();
    await button(page, 'Scroll to Bottom').waitFor({ state: 'detached' });
    await choose(page, 'Time range', 'From');
    await page.getByLabel('To', { exact: true }).fill('2020-01-01T00:00:01');
    await page.getByText('(no data)').waitFor();
    same(new URL(page.url()).searchParams.get('until'), '2020-01-01T00:00:01Z', 'the end of the range, in UTC');
  }],

  ['open a log with a line of ten megabytes without waiting for it', {}, async (visit) => {
    const { page } = visit;
    await deployed(visit, 'endless', IMAGE, env({ TINY_LOG_LONG_MIB: '10' }));
    await page.goto('/deployments/endless/logs');
    await page.locator('.log-line', { hasText: 'listens on port' }).waitFor();
    const more = page.getByRole('button', { name: /show [0-9]+ more characters/ });
    await page.locator('.log-box').evaluate((box) => { box.scrollTop = 0; });
    await more.first().click();
    await page.waitForFunction(() => [...document.querySelectorAll('.log-open .log-text')].some((text) => text.textContent.length > 60_000));
    check(await page.evaluate(() => new Promise((done) => {
      const begun = performance.now();
      requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun < 2000)));
    })), 'the page answers');
    check((await page.locator('.log-line').count()) < 200, 'only lines in sight are in the page');
  }],

  ['watch an answer come word by word, and stop it', {}, async (visit) => {
    const { page } = visit;
    await deployed(visit, 'speaker', IMAGE, env({ TINY_STREAM_EVENTS: '1000', TINY_DELAY_MS: '100' }));
    await page.goto('/deployments/speaker/playground');
    await button(page, 'Send').click();
    await page.locator('.reply', { hasText: '"word 3"' }).waitFor();
    await page.getByText('is coming …').waitFor();
    await page.getByText('from speaker-r1-0').waitFor();
    await page.locator('p[role=status]', { hasText: 'Version 1' }).waitFor();
    await button(page, 'Stop').last().click();
    await page.getByText('stopped by you').waitFor();
    const said = await page.locator('.reply').innerText();
    same(said.split('\n')[0], '{"token":"word 1"}', 'the first event');
    await page.waitForTimeout(400);
    same(await page.locator('.reply').innerText(), said, 'what came after the stop');
    await seemly(visit, 'playground-stream');
  }],

  ['send numbers as a tensor, an image, and what would have been right', {}, async (visit) => {
    const { page } = visit;
    await deployed(visit, 'answerer', IMAGE);
    const sent = [];
    page.on('request', (request) => request.url().includes('/deployment/answerer/') && sent.push([new URL(request.url()).pathname.split('/').at(-1), request.postDataJSON()]));
    await page.goto('/deployments/answerer/playground');
    await page.getByText('Numbers', { exact: true }).click();
    await page.getByText('tensor', { exact: true }).click();
    await page.locator('#playground-names').fill('a, b');
    await page.locator('#playground-rows').fill('1 2\n3');
    await page.getByText('Line 2 has').waitFor();
    await page.locator('#playground-rows').fill('1 2\n3 4');
    await button(page, 'Send').click();
    await page.locator('strong.good', { hasText: '200' }).waitFor();
    await page.locator('#reward').fill('0');
    await page.locator('#truth').fill('[[0, 1]]');
    await button(page, 'Send feedback').click();
    await page.getByText('Feedback sent.').waitFor();
    same(sent[0], ['predictions', { data: { names: ['a', 'b'], tensor: { shape: [2, 2], values: [1, 2, 3, 4] } } }], 'the prediction');
    same([sent[1][0], sent[1][1].reward, sent[1][1].truth, sent[1][1].request], ['feedback', 0, { data: { ndarray: [[0, 1]] } }, sent[0][1]], 'the feedback');
    await page.getByText('Image or file').click();
    const image = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
    await page.locator('#playground-file').setInputFiles({ name: 'dot.png', mimeType: 'image/png', buffer: image });
    await page.getByAltText('The image that is sent').waitFor();
    await button(page, 'Send').click();
    await page.waitForFunction(() => document.querySelector('strong.good'));
    same(sent[2], ['predictions', { binData: image.toString('base64') }], 'the image');
    await seemly(visit, 'playground-image');
  }],

  ['copy the command for what was clicked, and get the same from a terminal', {}, async (visit) => {
    const { page } = visit;
    const name = "It's 花 $HOME";
    const command = async (within) => {
      const shown = within.locator('.cli').last();
      await shown.locator('summary').click();
      const text = await shown.locator('code').first().innerText();
      check(text.startsWith('slipway '), `a command, not "${text}"`);
      return text;
    };
    const typed = [];
    await deployed(visit, 'copied', IMAGE);
    await page.goto('/deployments/create');
    await page.locator('#name').fill(name);
    await page.locator('#modelImage').fill(IMAGE);
    await page.getByRole('button', { name: 'Paste several' }).first().click();
    await page.getByRole('textbox', { name: 'Paste several' }).fill('SECRET=hidden');
    await button(page, 'Take these').click();
    await page.locator('#updateMessage').fill('a "first" try');
    typed.push(await command(page.locator('.preview')));
    check(!typed[0].includes('hidden'), 'the value of the environment variable is not shown');
    await page.getByRole('link', { name: 'Help' }).click();
    await button(page, 'Discard').click();
    await page.goto('/deployments/copied/edit');
    await page.locator('#description').fill('two words');
    typed.push(await command(page.locator('.preview')));
    await page.goto('/deployments/copied/logs?until=2100-01-01T00:00:00Z&level=info');
    typed.push(await command(page.locator('.logs')));
    await page.goto('/deployments/copied/playground');
    typed.push(await command(page.locator('.two-columns')));
    writeFileSync(process.env.UI_COMMANDS, JSON.stringify(typed));
    await ask('commands');
    const { items } = await visit.api('GET', '/deployments');
    check(items.some((one) => one.name === name), 'the command made the deployment');
    same((await visit.api('GET', '/deployments/copied')).description, 'two words', 'the description');
    await page.goto('/deployments/copied/history');
    await page.locator('.changes').waitFor();
    const after = [await command(page.locator('#tab-panel'))];
    await page.getByRole('button', { name: 'Roll back to version 1' }).first().click();
    await page.locator('#rollback-message').fill("it's better");
    after.push(await command(page.getByRole('dialog')));
    await seemly(visit, 'rollback-cli');
    await page.goto('/deployments/copied');
    after.push(await command(page.locator('.detail-head')));
    writeFileSync(process.env.UI_COMMANDS, JSON.stringify(after));
    await ask('commands');
    await page.locator('.detail-status .status-word', { hasText: 'Stopped' }).waitFor({ timeout: 60_000 });
    const entries = (await visit.api('GET', '/deployments/copied/history')).items;
    check(entries.some((one) => one.message === "it's better"), 'the message of the rollback');
  }],

  ['read in one\'s own language why a model fails', { locale: 'zh-TW' }, async (visit) => {
    const { page } = visit;
    await visit.api('POST', '/deployments', { name: 'crasher', id: 'crasher', image: IMAGE, drain_seconds: 0, ...env({ TINY_EXIT_CODE: '3' }) });
    await page.goto('/deployments/crasher');
    const reason = page.locator('.detail-reason', { hasText: /副本 crasher-r1-0 結束，代碼 3：.*torch/ });
    await reason.waitFor({ timeout: 60_000 });
    check(/exits with code 3/.test(await reason.getAttribute('title')), 'the server\'s own sentence is there, too');
    await page.getByRole('alert').getByText('結束，代碼 3').waitFor();
    await seemly(visit, 'reason-zh-TW');
    await page.goto('/deployments');
    await page.locator('.card-reason', { hasText: '結束，代碼 3' }).waitFor();
  }],

  ['see the sparklines of what is on the screen, without asking for ten thousand', {}, async (visit) => {
    const { page } = visit;
    await deployed(visit, 'spark', IMAGE);
    const one = await visit.api('GET', '/deployments/spark');
    const all = Array.from({ length: 10_000 }, (_, index) => ({ ...one, id: `many-${index}`, name: `Many ${index}` }));
    const events = ['event: reset\ndata: {}', ...all.map((item) => `event: deployment\ndata: ${JSON.stringify(item)}`),
      `event: listed\ndata: ${JSON.stringify({ ids: all.map((item) => item.id) })}`, ''].join('\n\n');
    const asked = [];
    await page.route(/\/api\/v1\/deployments\?watch=1/, (route) => route.fulfill({ contentType: 'text/event-stream', body: events }));
    await page.route(/\/api\/v1\/metrics\/deployments/, (route) => {
      const ids = new URL(route.request().url()).searchParams.getAll('id');
      asked.push(ids);
      return route.fulfill({ json: { times: [1, 2, 3], deployments: ids.map((id) => ({ id, qps: [1, 2, 3], latency_p95: [0.1, 0.2, 0.3] })) } });
    });
    await page.goto('/deployments');
    await page.getByText('10,000 deployments').waitFor();
    await page.locator('.card .spark').first().waitFor();
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    await page.locator('.card', { hasText: 'Many 9999' }).locator('.spark').waitFor();
    check(asked.length > 0 && asked.every((ids) => ids.length > 0 && ids.length < 100), `asked for ${asked.map((ids) => ids.length)} deployments`);
  }],

  ['keep what was typed when the theme and the wish for motion change', {}, async (visit) => {
    const { page } = visit;
    await page.goto('/deployments/create');
    await page.locator('#name').fill('Evening');
    for (const colorScheme of ['dark', 'light']) await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.waitForTimeout(300);
    same(await page.locator('#name').inputValue(), 'Evening', 'the name');
  }],

  ['compare any two versions, mark one, and watch it by version in an address that one can send', {}, async (visit) => {
    const { page } = visit;
    await deployed(visit, 'versions', IMAGE);
    for (const description of ['second', 'third']) await visit.api('PATCH', '/deployments/versions', { description });
    await page.goto('/deployments/versions/history');
    await page.locator('.changes ins', { hasText: 'third' }).waitFor();
    await choose(page, 'From version', '1');
    await page.locator('.changes del').waitFor({ state: 'detached' });
    await page.locator('.changes ins', { hasText: 'third' }).waitFor();
    await page.getByRole('button', { name: 'View version 2' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Tag').fill('good one');
    await dialog.locator('.cli summary').click();
    same(await dialog.locator('.cli code').innerText(), "slipway tag versions 2 'good one'", 'the command');
    await button(dialog, 'Save tag').click();
    await button(dialog, 'Close').click();
    await page.locator('.ant-tag', { hasText: 'good one' }).waitFor();
    await page.goto('/deployments/versions/monitoring');
    await page.getByText('By version').click();
    await page.getByText('6h', { exact: true }).click();
    await page.waitForFunction(() => location.search === '?range=6h&by=version');
    const colleague = await visit.newPage();
    await colleague.goto(page.url());
    same(await colleague.getByRole('radio', { name: '6h' }).isChecked(), true, 'the range that the colleague sees');
  }],
]);
