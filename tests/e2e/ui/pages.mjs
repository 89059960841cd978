// Every page in one language, both themes, and on a phone: a picture of each for people to look at,
// and nothing for axe to complain about.
import { admin, launch, Visit } from './browser.mjs';

const folder = process.env.SLIPWAY_SCREENSHOTS;
const PAGES = {
  'sign-in': null,
  list: '/deployments',
  table: '/deployments?view=table',
  create: '/deployments/create',
  update: '/deployments/iris/edit',
  information: '/deployments/iris',
  failed: '/deployments/broken',
  playground: '/deployments/iris/playground',
  logs: '/deployments/iris/logs',
  history: '/deployments/iris/history',
  clients: '/deployments/iris/clients',
  monitoring: '/deployments/iris/monitoring',
  events: '/deployments/iris/events',
  profile: '/profile',
  tokens: '/tokens',
  'admin-groups': '/admin/groups',
  'admin-group': '/admin/groups/default',
  'admin-users': '/admin/users',
  'admin-instance-types': '/admin/instance-types',
  'admin-secrets': '/admin/secrets',
  'admin-webhooks': '/admin/webhooks',
  'admin-audit': '/admin/audit',
  'admin-usage': '/admin/usage',
  'admin-system': '/admin/system',
  help: '/help',
  'help-package': '/help/package-a-model',
  'help-private': '/help/private-endpoints',
  'help-monitoring': '/help/monitoring',
  'help-command-line': '/help/command-line',
  'help-api': '/help/api',
  'not-found': '/nothing/here',
};
// Dialogs, each opened on its page.
const DIALOGS = {
  'dialog-delete': ['/deployments/iris', (page) => page.locator('.page-actions button').nth(1).click()],
  'dialog-view': ['/deployments/iris/history', (page) => page.locator('tbody button').first().click()],
  'dialog-rollback': ['/deployments/iris/history', (page) => page.locator('tbody tr').last().locator('button').nth(1).click()],
  'admin-webhook': ['/admin/webhooks', async (page) => {
    await page.locator('tbody a').first().click();
    await page.locator('.deliveries summary').first().click();
  }],
  'dialog-remove': ['/admin/webhooks', (page) => page.locator('tbody button').nth(1).click()],
  'help-search': ['/help', (page) => page.locator('.help-side input').fill('token')],
  'menu-user': ['/deployments', (page) => page.locator('.top-user').click()],
};

async function settle(page) {
  await page.locator('main h1, main .empty, .sign-in h1').first().waitFor();
  await page.waitForFunction(() => !document.querySelector('.waiting, .skeleton'));
  await page.waitForTimeout(60);
}

const browser = await launch();
const problems = [];
let pictures = 0;

// Light, dark, and as on a phone, of the page as it stands; axe looks at each of the three once.
async function look(visit, name, locale, withPhone) {
  const looks = [['light', 1280, 'en'], ['dark', 1280, 'zh-TW'], ...(withPhone ? [['light', 360, 'en']] : [])];
  for (const [colorScheme, width, watched] of looks) {
    await visit.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await visit.page.setViewportSize({ width, height: 800 });
    await visit.page.waitForTimeout(60);
    const label = `${name}-${locale}-${colorScheme}${width === 360 ? '-phone' : ''}`;
    await visit.page.screenshot({ path: `${folder}/${label}.png`, fullPage: true });
    pictures += 1;
    if (watched === locale) problems.push(...(await visit.violations()).map((text) => `${label}: ${text}`));
    const overflow = await visit.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (overflow > 0) problems.push(`${label}: is ${overflow} pixels wider than the window`);
  }
  await visit.page.setViewportSize({ width: 1280, height: 800 });
}

const locale = process.env.UI_LOCALE;
const visit = await Visit.begin(browser, { locale });
const stranger = await Visit.begin(browser, { locale, who: null });
for (const [name, path] of Object.entries(PAGES)) {
  const on = path === null ? stranger : visit;
  await on.page.goto(path ?? '/');
  await settle(on.page);
  await look(on, name, locale, true);
}
for (const [name, [path, open]] of Object.entries(DIALOGS)) {
  await visit.page.goto(path);
  await settle(visit.page);
  await open(visit.page);
  await visit.page.waitForTimeout(300);
  await look(visit, name, locale, false);
}
for (const one of [visit, stranger]) await one.end().catch((error) => problems.push(error.message));
await browser.close();
console.log(`${pictures} pictures of ${admin.user}'s pages in ${folder}`);
for (const text of new Set(problems)) console.log(`FAIL ${text}`);
process.exit(Math.min(problems.length, 100));
