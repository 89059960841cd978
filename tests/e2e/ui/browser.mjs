// One browser, and pages that tell on every error of their console and every report of the policy.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const ARGUMENTS = ['--no-sandbox', '--headless', '--disable-gpu', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--no-first-run'];
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const url = process.env.SLIPWAY_URL;
export const admin = { user: 'admin', password: process.env.SLIPWAY_ADMIN_PASSWORD };

export const launch = () => chromium.launch({ executablePath: process.env.SLIPWAY_CHROMIUM ?? '/usr/bin/chromium', args: ARGUMENTS });

// What an answer of 4xx or a dead server makes the browser itself say.
const NETWORK = /Failed to load resource|net::ERR_/;
// A container that starts or ends changes the machine's network, and Chromium then drops what it is loading.
const CHANGED = /ERR_NETWORK_CHANGED/;

// Goes to a page again when the machine's network changed meanwhile.
function persist(page, complaints) {
  const goto = page.goto.bind(page);
  let isDropped = false;
  page.on('requestfailed', (request) => {
    isDropped ||= CHANGED.test(request.failure()?.errorText ?? '');
  });
  page.goto = async (...where) => {
    const before = complaints.length;
    for (let left = 5; ; left -= 1) {
      isDropped = false;
      complaints.length = before;
      const answer = await goto(...where).catch((error) => {
        if (left === 0 || !CHANGED.test(error.message)) throw error;
      });
      // Its parts come later: until something is drawn.
      if (!isDropped) await page.waitForFunction(() => document.getElementById('root')?.hasChildNodes());
      if (left === 0 || !isDropped) return answer;
    }
  };
}

export class Visit {
  // `allowed`: network errors that the scenario brings about on purpose.
  static async begin(browser, { who = admin, allowed = [], ...options } = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en', ...options, baseURL: url });
    const visit = new Visit();
    visit.context = context;
    visit.allowed = allowed;
    visit.complaints = [];
    if (who) {
      const answer = await context.request.post('/api/v1/session', { data: { ...who, cookie: true } });
      if (!answer.ok()) throw new Error(`sign-in: ${answer.status()} ${await answer.text()}`);
      visit.csrf = (await answer.json()).csrf_token;
      await context.addInitScript(() => localStorage.setItem('slipway.signed-in', '1'));
    }
    await context.addInitScript(() => {
      window.addEventListener('securitypolicyviolation', (event) => console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`));
    });
    visit.page = await visit.newPage();
    return visit;
  }

  async newPage() {
    const page = await this.context.newPage();
    page.setDefaultTimeout(20_000);
    persist(page, this.complaints);
    page.on('pageerror', (error) => this.complaints.push(`error: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() !== 'error') return;
      const text = `${message.text()} ${message.location().url}`;
      if (CHANGED.test(text)) return;
      if (NETWORK.test(text) && this.allowed.some((one) => one.test(text))) return;
      this.complaints.push(`console: ${text}`);
    });
    return page;
  }

  async api(method, path, data) {
    const answer = await this.context.request.fetch(`/api/v1${path}`, {
      method, headers: { 'X-CSRF-Token': this.csrf }, ...(method !== 'GET' && { data: data ?? {} }),
    });
    if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${await answer.text()}`);
    const text = await answer.text();
    return text ? JSON.parse(text) : undefined;
  }

  async violations() {
    // Not as a script element: the policy would refuse it, as it should.
    await this.page.evaluate(axeSource);
    const { violations } = await this.page.evaluate(() => window.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }));
    return violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target.join(' ')} (${node.failureSummary?.split('\n')[1]?.trim()})`));
  }

  async end() {
    await this.context.close();
    if (this.complaints.length > 0) throw new Error(`the page complained:\n${this.complaints.join('\n')}`);
  }
}

// A person without a mouse: goes on with Tab until something has the focus, and never reaches past it.
export class Keyboard {
  constructor(page) {
    this.page = page;
  }

  async to(role, name, key = 'Tab') {
    // Labels of fields go on: "(optional)".
    const wanted = this.page.getByRole(role, { name, exact: role !== 'textbox' });
    for (let left = 150; left > 0; left -= 1) {
      if (await wanted.evaluateAll((all) => all.includes(document.activeElement))) return;
      await this.page.keyboard.press(key);
    }
    throw new Error(`${key} does not reach the ${role} "${name}"`);
  }

  async back(role, name) {
    await this.to(role, name, 'Shift+Tab');
  }

  async right(tab) {
    await this.to('tab', tab, 'ArrowRight');
  }

  async replace(text) {
    await this.page.keyboard.press('Control+A');
    await this.page.keyboard.type(text);
  }
}

// Asks the test around us for what a browser cannot do (stop the server), and waits until it is done.
export function ask(what) {
  return new Promise((resolve) => {
    process.stdin.once('data', resolve);
    process.stdout.write(`ASK ${what}\n`);
  });
}

export function check(value, what) {
  if (!value) throw new Error(what);
}
export function same(is, wanted, what) {
  check(JSON.stringify(is) === JSON.stringify(wanted), `${what}: is ${JSON.stringify(is)}, not ${JSON.stringify(wanted)}`);
}

export const status = (page, word) => page.locator('.detail-status .status-word', { hasText: word }).waitFor({ timeout: 60_000 });
export const button = (page, name) => page.getByRole('button', { name, exact: true });
export const tab = (page, name) => page.getByRole('tab', { name, exact: true }).click();

export async function deployed(visit, id, image, more = {}) {
  await visit.api('POST', '/deployments', { name: id, id, image, drain_seconds: 0, ...more });
  for (let left = 300; left > 0; left -= 1) {
    if ((await visit.api('GET', `/deployments/${id}`)).status.phase === 'Deployed') return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${id} is not Deployed`);
}

// Runs every scenario, each on its own visit, and ends with the number of those that failed.
export async function run(scenarios) {
  const browser = await launch();
  const wanted = process.argv[2];
  let failures = 0;
  for (const [name, options, act] of scenarios) {
    if (wanted && !name.includes(wanted)) continue;
    const begun = performance.now();
    let visit;
    try {
      visit = await Visit.begin(browser, options);
      await act(visit);
      await visit.end();
      console.log(`ok   ${name} (${Math.round(performance.now() - begun)} ms)`);
    } catch (error) {
      failures += 1;
      console.log(`FAIL ${name}\n     ${error.message}`);
      if (visit) {
        console.log(visit.complaints.map((one) => `     ${one}`).join('\n'));
        await visit.page.screenshot({ path: `${process.env.SLIPWAY_SCREENSHOTS}/failed-${name.replaceAll(/\W+/g, '-')}.png` }).catch(() => undefined);
        await visit.context.close().catch(() => undefined);
      }
    }
  }
  await browser.close();
  process.exit(failures);
}
