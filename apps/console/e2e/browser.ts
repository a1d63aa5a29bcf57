/** Debian's Chromium, driven by playwright-core, and what must hold on every page. */
import { findProgram } from '@hooklane/local';
import axe from 'axe-core';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** Where Chromium is, or null: then the tests that need it are skipped by name. */
export const CHROMIUM = findProgram(NAMES, process.env['PATH']);

/** As root there is no sandbox, and a machine of a test has no GPU. It asks no other host for anything. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-dev-shm-usage',
];

/** Starts it. Close it in `afterAll`. */
export function launchBrowser(): Promise<Browser> {
  if (CHROMIUM === null) throw new Error(`There is none of ${NAMES.join(', ')} on PATH.`);
  return chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
}

/** A page that is watched. */
export interface WatchedPage {
  page: Page;
  /** Errors of the console, exceptions, refused requests, and requests to other hosts. */
  complaints: string[];
}

/** How it looks. */
export interface PageLook {
  width?: number;
  height?: number;
  dark?: boolean;
}

/** Opens a fresh page in a session of its own. */
export async function openPage(browser: Browser, origin: string, look: PageLook = {}): Promise<WatchedPage> {
  const context = await browser.newContext({
    baseURL: origin,
    viewport: { width: look.width ?? 1360, height: look.height ?? 860 },
    colorScheme: look.dark === true ? 'dark' : 'light',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`)) complaints.push(`request to another host: ${request.url()}`);
  });
  return { page, complaints };
}

/** Signs in by the form. */
export async function signIn(page: Page, token: string): Promise<void> {
  await page.goto('/');
  await page.getByLabel('API token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('main#content').waitFor();
}

interface AxeFinding {
  id: string;
  impact: string | null;
  help: string;
  nodes: { html: string; failureSummary?: string }[];
}

/** What axe-core finds on the page that is serious or critical, in words. */
export async function findBarriers(page: Page): Promise<string[]> {
  // The policy of the page allows no foreign script, but what the debugger runs is outside of it.
  await page.evaluate(axe.source);
  const findings = await page.evaluate(async () => {
    const { axe: inPage } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: AxeFinding[] }> };
    };
    return (await inPage.run()).violations;
  });
  return findings
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) =>
      nodes.map((node) => `${id}: ${help}: ${node.html}\n${node.failureSummary ?? ''}`),
    );
}
