// Has Lighthouse judge the list of deployments, as somebody who is signed in sees it, and prints the
// scores and what it found, as JSON. Server and password are named in the environment.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import lighthouse from 'lighthouse';
import puppeteer from 'puppeteer-core';

const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];
const server = process.env.SLIPWAY_URL;
const profile = mkdtempSync(join(tmpdir(), 'slipway-lighthouse-'));
const browser = await puppeteer.launch({
  executablePath: process.env.SLIPWAY_CHROMIUM ?? '/usr/bin/chromium', args: ARGUMENTS, headless: true, userDataDir: profile,
});
try {
  const page = await browser.newPage();
  await page.goto(`${server}/deployments`);
  await page.evaluate(async (user, password) => {
    const answer = await fetch('/api/v1/session', {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ user, password, cookie: true }),
    });
    if (!answer.ok) throw new Error(`sign-in: ${answer.status}`);
    localStorage.setItem('slipway.signed-in', '1');
  }, 'admin', process.env.SLIPWAY_ADMIN_PASSWORD);
  const result = await lighthouse(
    `${server}/deployments`,
    // Who is signed in stays so. The machine is slow enough as it is: nothing is made slower on purpose.
    { onlyCategories: ['performance', 'accessibility', 'best-practices'], disableStorageReset: true, formFactor: 'desktop',
      screenEmulation: { mobile: false, width: 1350, height: 940, deviceScaleFactor: 1, disabled: false }, throttlingMethod: 'provided' },
    undefined,
    page,
  );
  const { categories, audits, finalDisplayedUrl, runtimeError } = result.lhr;
  const scores = Object.fromEntries(Object.entries(categories).map(([name, one]) => [name, Math.round(100 * one.score)]));
  const found = Object.entries(categories).flatMap(([name, one]) =>
    one.auditRefs.filter(({ id, weight }) => weight > 0 && audits[id].score !== null && audits[id].score < 0.9)
      .map(({ id }) => ({ category: name, audit: id, title: audits[id].title, items: (audits[id].details?.items ?? []).slice(0, 5) })));
  // What the performance is made of: each metric, its value and its own score.
  const metrics = Object.fromEntries(categories.performance.auditRefs.filter(({ weight }) => weight > 0)
    .map(({ id }) => [id, { value: audits[id].displayValue, score: audits[id].score }]));
  process.stdout.write(`${JSON.stringify({ address: finalDisplayedUrl, error: runtimeError?.message ?? null, scores, metrics, found })}\n`);
} finally {
  await browser.close();
  rmSync(profile, { recursive: true, force: true });
}
