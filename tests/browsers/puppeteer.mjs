/**
 * Drives Chromium or Firefox for engines.py: reads requests, one a line, and answers each with a line.
 *
 * Usage: node puppeteer.mjs chrome|firefox PATH WIDTH HEIGHT [ARGUMENT…]
 */

import { createInterface } from "node:readline";

import puppeteer from "puppeteer-core";

const [browser, executablePath, width, height, ...args] = process.argv.slice(2);
const opened = await puppeteer.launch({ browser, executablePath, args, headless: true, defaultViewport: { width: +width, height: +height } });
const page = await opened.newPage();

/** @type {string[]} */
const complaints = [];
page.on("console", (message) => ["error", "warn"].includes(message.type()) && complaints.push(message.text()));
page.on("pageerror", (error) => complaints.push(String(error)));

/** What can be asked for. @type {Record<string, (value: any) => unknown>} */
const verbs = {
  open: (address) => page.goto(address).then(() => null),
  run: (script) => page.evaluate(script),
  press: ([x, y]) => page.mouse.click(x, y),
  complaints: () => complaints,
};

console.log(JSON.stringify({ value: await opened.version() }));
for await (const line of createInterface({ input: process.stdin })) {
  const { verb, value } = JSON.parse(line);
  const answer = await Promise.resolve(verbs[verb](value)).then((result) => ({ value: result ?? null }), (error) => ({ error: String(error) }));
  console.log(JSON.stringify(answer));
}
await opened.close();
