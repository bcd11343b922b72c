// A whole conversation through the page: customer, rep and operator, an outage and a redrive.
// Usage: node play.mjs BRIDGE BRIDGECTL PICTURES

import assert from "node:assert/strict";
import { serveConsole, start } from "./bridge.mjs";
import { Console } from "./page.mjs";

const [binary, bridgectl, pictures] = process.argv.slice(2);
const bridge = await start(binary);
const view = await Console.open(bridge.url);
const { page } = view;

async function step(name, run) {
  const began = Date.now();
  await run();
  console.log(`ok ${((Date.now() - began) / 1000).toFixed(1).padStart(5)} s  ${name}`);
}

try {
  await step("a customer writes, and sees the AI's answer", async () => {
    await view.say("Hello, where is my order 4711?");
    await view.seenByCustomer.getByText("Your order is").waitFor();
  });
  await step("who asks for a human gets a rep and a ticket", async () => {
    await view.press("Customer", "Ask for a human");
    await view.section("HubSpot").getByText("2410000001", { exact: true }).waitFor();
    await view.thread.getByText("assigned to Riley Stone").waitFor();
    await view.thread.getByText("AI decided to handoff").waitFor();
  });
  await step("the customer sees the rep's reply, and neither note nor forward", async () => {
    await view.write("Private: she is upset.");
    await view.press("HubSpot", "Private note");
    await view.thread.getByText("Private: she is upset.").waitFor();
    await view.write("Dear supplier, where is it?");
    await view.press("HubSpot", "Forward");
    await view.event("not_to_the_customer").waitFor();
    await view.write("It is at the post office.");
    await view.press("HubSpot", "Reply to the customer");
    await view.seenByCustomer.getByText("It is at the post office.").waitFor();
    const seen = await view.seenByCustomer.innerText();
    assert.ok(!seen.includes("Private:") && !seen.includes("supplier"), seen);
  });
  await step("a changed property reaches OpenCX", async () => {
    await view.press("HubSpot", "Change property");
    await view.event("property-sync").filter({ hasText: "applied" }).waitFor();
  });
  await step("text from outside stays text", async () => {
    const hostile = "<img src=x onerror=alert(1)><b>bold</b>";
    await view.say(hostile);
    await view.thread.getByText(hostile).waitFor();
    assert.equal(await page.locator("img").count(), 0);
  });
  await step("an event shows its steps and calls, by keyboard too", async () => {
    await page.getByRole("listbox").focus();
    await page.keyboard.press("Home");
    while (!(await page.locator('[aria-selected="true"]').innerText()).includes("handoff")) await page.keyboard.press("ArrowDown");
    await page.getByText("create ticket 1: done").waitFor();
    await page.getByText("/crm/v3/objects/tickets → 201").waitFor();
  });
  await view.picture(pictures, "console");
  await step("in an outage events are tried again, and arrive afterwards", async () => {
    await view.press("HubSpot", "Give back to the AI");
    await view.thread.getByText("assigned to Acme Assistant").waitFor();
    await view.press("Scenarios", "HubSpot down for 30 s");
    await view.say("Is there a refund?");
    await view.event("again in").first().waitFor();
    assert.equal(await page.locator(".event.note").evaluateAll((rows) => rows.filter((row) => row.offsetHeight !== 26).length), 0);
    await view.picture(pictures, "console-outage");
    await view.press("Scenarios", "End outages");
    await view.seenByCustomer.getByText("A refund is").waitFor();
  });
  await step("a lost answer is parked; a redrive finds it, and nothing shows twice", async () => {
    await view.press("Scenarios", "Lost answer");
    await view.say("And where is my order 4712?");
    await view.section("Parked").getByText("ai-reply: uncertain").waitFor();
    await view.section("Parked").scrollIntoViewIfNeeded();
    await view.picture(pictures, "console-parked");
    await view.section("Parked").getByRole("button", { name: /^Redrive/ }).click();
    await page.getByText("Nothing is parked.").waitFor();
    await view.event("(try").or(view.event("ai-reply").last()).first().waitFor();
    assert.equal(await view.seenByCustomer.getByText("Your order is").count(), 2);
  });
  await step("a solved conversation closes its ticket", async () => {
    await view.press("Customer", "Say it is solved");
    await view.section("HubSpot").getByText("Closed", { exact: true }).waitFor();
  });
  await step("a person on SMS gets a ticket without a thread", async () => {
    await page.getByLabel("Person").selectOption("Ben Ode");
    await page.getByLabel("Channel").selectOption("SMS (OpenCX)");
    await view.press("Customer", "Ask for a human");
    await view.section("HubSpot").getByRole("combobox", { name: "Conversation" }).getByText("ticket 2410000002").waitFor({ state: "attached" });
  });
  await step("ten thousand events stay few rows", async () => {
    await page.evaluate(async () => {
      const { addLine } = await import("/console/files/state.js");
      const line = { message: "event ended", outcome: "applied", function: "handoff", org: "acme", elapsed_ms: 5, timestamp: new Date().toISOString() };
      for (let number = 0; number < 10000; number++) addLine(JSON.stringify({ ...line, event_id: `made-${number}` }));
    });
    await page.getByText(/^10,?\d{3} shown/).waitFor();
    assert.ok(await page.getByRole("option").count() < 150);
  });
  await step("axe-core finds no serious violation, in light and dark, wide and narrow", async () => {
    await view.checkAccess("light, 1280");
    await page.emulateMedia({ colorScheme: "dark" });
    await view.checkAccess("dark, 1280");
    await page.setViewportSize({ width: 400, height: 900 });
    await view.checkAccess("dark, 400");
    const widest = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(widest <= 400, `${widest} pixels wide`);
    await view.picture(pictures, "console-narrow");
  });
  await step("bridgectl console finds a conversation, and shows no customer's words", async () => {
    const served = await serveConsole(bridgectl, bridge.url);
    const operator = await Console.open(served.url);
    try {
      await operator.page.getByLabel("Email, phone, session").fill("2410000001");
      await operator.press("Search", "Find");
      await operator.section("Search").getByText("ticket 2410000001 of acme").waitFor();
      await operator.section("Search").getByText("handoff applied").waitFor();
      await operator.section("Organisations and queues").getByText("acme", { exact: true }).waitFor();
      await operator.press("Organisations and queues", "Check settings of acme");
      await operator.section("Organisations and queues").getByText(/^\d+ s ago: all works$/).waitFor();
      assert.equal(await operator.page.getByRole("button", { name: "Send" }).count(), 0);
      assert.ok(!(await operator.page.innerText("body")).includes("order 4711"));
      await operator.checkAccess("bridgectl console");
      await operator.picture(pictures, "console-operator");
      assert.deepEqual(operator.faults, []);
    } finally {
      await operator.browser.close();
      await served.stop();
    }
  });
  assert.deepEqual(view.faults, []);
  const load = await page.evaluate(() => Math.round(performance.getEntriesByType("navigation")[0].loadEventEnd));
  console.log(`the page loaded in ${load} ms; no script error, no request to another host`);
} catch (error) {
  await view.picture(pictures, "failed");
  console.error(view.faults.join("\n"));
  throw error;
} finally {
  await view.browser.close();
  await bridge.stop();
}
