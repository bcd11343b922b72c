// The page of the console, as a person uses it.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export class Console {
  /** Opens the page in Debian's Chromium, and notes what must not happen. */
  static async open(url) {
    const self = new Console();
    const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
    self.browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-lcd-text"] });
    self.page = await self.browser.newPage({ viewport: { width: 1280, height: 960 } });
    self.page.setDefaultTimeout(30000);
    self.faults = [];
    self.page.on("pageerror", (error) => self.faults.push(`script error: ${error.message}`));
    self.page.on("console", (message) => message.type() === "error" && self.faults.push(`console: ${message.text()}`));
    self.page.on("dialog", (dialog) => { self.faults.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
    self.page.on("request", (request) => new URL(request.url()).origin === new URL(url).origin || self.faults.push(`foreign request: ${request.url()}`));
    await self.page.goto(url);
    await self.page.getByText("live", { exact: true }).waitFor();
    return self;
  }

  section(name) {
    return this.page.getByRole("region", { name });
  }

  press(section, name) {
    return this.section(section).getByRole("button", { name, exact: true }).click();
  }

  /** The customer writes. */
  async say(text) {
    await this.page.getByLabel("Message", { exact: true }).fill(text);
    await this.press("Customer", "Send");
  }

  /** The rep's text, before a button sends it. */
  write(text) {
    return this.page.getByLabel("Text", { exact: true }).fill(text);
  }

  get seenByCustomer() {
    return this.page.getByRole("log", { name: "What the customer sees" });
  }

  get thread() {
    return this.page.getByRole("log", { name: "Thread in HubSpot" });
  }

  event(text) {
    return this.page.getByRole("option").filter({ hasText: text });
  }

  async checkAccess(where) {
    await this.page.evaluate(axe);
    const { violations } = await this.page.evaluate(() => globalThis.axe.run());
    const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    assert.deepEqual(serious.map(({ id, nodes }) => `${where}: ${id}: ${nodes[0].html}`), []);
  }

  picture(directory, name) {
    return this.page.screenshot({ path: `${directory}/${name}.png` });
  }
}
