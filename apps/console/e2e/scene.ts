/** What every test in the browser begins with: a house, Chromium, and a page that is watched. */
import { afterAll, beforeAll, describe } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { CHROMIUM, launchBrowser, openPage, signIn } from './browser.ts';
import type { WatchedPage } from './browser.ts';
import { startHouse } from './house.ts';
import type { House } from './house.ts';

/** How long a test may take on a loaded machine, ms. */
export const TEST_MS = 60_000;

/** Complete as soon as the tests run. */
export interface Scene {
  house: House;
  browser: Browser;
  /** One page for all tests of the file. */
  watched: WatchedPage;
}

/** How the scene is set. */
export interface SceneOptions {
  /** Settings of server and worker. */
  env?: Readonly<Record<string, string>>;
  /** Before a page is opened. */
  prepare?: (house: House) => Promise<void>;
  /** Default true. */
  signedIn?: boolean;
  /** How long all that may take, ms; default `TEST_MS`. */
  withinMs?: number;
}

/** Describes tests that need a browser; without Chromium they are skipped, and the name says so. */
export function describeInBrowser(title: string, options: SceneOptions, tests: (scene: Scene) => void): void {
  const { env = {}, prepare, signedIn = true, withinMs = TEST_MS } = options;
  const inBrowser = CHROMIUM === null ? describe.skip : describe;
  inBrowser(`${title} (skipped where there is no chromium on PATH)`, () => {
    const scene: Partial<Scene> = {};
    beforeAll(async () => {
      const [house, browser] = await Promise.all([
        startHouse(env).then((started) => (scene.house = started)),
        launchBrowser().then((started) => (scene.browser = started)),
      ]);
      await prepare?.(house);
      scene.watched = await openPage(browser, house.url);
      if (signedIn) await signIn(scene.watched.page, house.token);
    }, withinMs);
    afterAll(async () => {
      await scene.browser?.close();
      await scene.house?.stop();
    }, withinMs);
    tests(scene as Scene);
  });
}
