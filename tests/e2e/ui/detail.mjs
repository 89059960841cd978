// What people want to do on the pages of one deployment, beyond the first steps of scenarios.mjs. Models are processes.
import { readFileSync } from 'node:fs';
import { button, check, deployed, run, same } from './browser.mjs';

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
]);
