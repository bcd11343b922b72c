// Scenarios: more than one action at the press of a button.

import { attempt } from "./actions.js";
import { call } from "./api.js";
import { mail } from "./customer.js";
import { announce, byId, h } from "./dom.js";
import { refreshSoon, state } from "./state.js";

const ANN = { name: "Ann Lee", email: "ann@example.org" };
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const fault = (vendor, body) => call("POST", `${vendor}/faults`, body);
const send = ({ vendor, path, body }) => call("POST", `${vendor}/${path}`, body);

const SCENARIOS = [
  ["Whole story", "Ann mails, gets the AI, asks for a human, a rep answers, it is solved and the ticket closes.", story],
  ["HubSpot down for 30 s", "Every call is answered 503; write meanwhile, and watch it arrive afterwards.", () => outage("hubspot")],
  ["OpenCX down for 30 s", "The same on the other side.", () => outage("opencx")],
  ["429", "HubSpot's next three calls are refused: too many.", () => fault("hubspot", { times: 3, kind: { status: { status: 429, retry_after: 2 } } })],
  ["Lost answer", "The next post to a thread has its effect, but no answer: it is parked, and a redrive finds it.", () => fault("hubspot", { method: "POST", path_contains: "/messages", times: 1, kind: "drop_after_effect" })],
  ["Autoresponder", "An out-of-office reply comes in: nobody answers it.", autoresponder],
  ["End outages", "Both vendors answer again at once, and no fault is left.", endOutages],
  ["Burst of 50", "Fifty people ask for a human at once.", burst],
];

export function start() {
  const buttons = SCENARIOS.map(([name, about, run]) => {
    const button = h("button", { type: "button", title: about, onclick: () => attempt(button, async () => {
      announce(`${name}: ${about}`);
      await run();
      refreshSoon();
    }) }, name);
    return button;
  });
  byId("scenarios").append(h("div", { class: "row" }, buttons));
}

/** The server ends it, so that it ends even if this page is closed. */
async function outage(vendor) {
  await call("POST", "outage", { vendor, seconds: 30 });
}

async function endOutages() {
  await Promise.all(["hubspot", "opencx"].flatMap((vendor) => [call("PUT", `${vendor}/down`, false), call("DELETE", `${vendor}/faults`)]));
}

async function autoresponder() {
  await send(mail({ name: "Olaf Out", email: "olaf@example.org" }, "email", "I am out of the office until Monday.", undefined, "Automatic reply: Your offer"));
}

async function burst() {
  const people = Array.from({ length: 50 }, (_, number) => ({ channel: "sms", contact: { phone_number: `+1555${String(Date.now() % 10000).padStart(4, "0")}${number}` }, text: "A human, please" }));
  await Promise.all(people.map((body) => call("POST", "opencx/customer", body)));
}

/** Waits until the state of the simulators shows something. */
async function until(what, find) {
  for (let tries = 0; tries < 300; tries++) {
    const found = find();
    if (found) return found;
    await pause(100);
  }
  throw new Error(`not seen within 30 s: ${what}`);
}

const threadOf = (id) => state.hubspot?.threads.find((thread) => thread.id === id);
const post = (path, body) => send({ vendor: "hubspot", path, body });

async function story() {
  const { thread } = await send(mail(ANN, "email", "Hello, where is my order 4711?"));
  await until("the AI's answer", () => threadOf(thread)?.messages.some(({ direction }) => direction === "OUTGOING"));
  announce("The AI has answered. Ann asks for a human.");
  await send(mail(ANN, "email", "That does not help!!! I want to talk to a human.", thread));
  await until("a rep who has the thread", () => threadOf(thread)?.assignedTo === "A-222");
  announce("Riley has the thread and a ticket, writes a private note, then answers.");
  await post("comments", { thread, user_id: 222, text: "Calling the courier first." });
  await post("replies", { thread, user_id: 222, text: "Your parcel is at the post office in Main Street." });
  await pause(1500);
  announce("Riley gives the thread back; Ann says thanks.");
  await post("assignments", { thread, user_id: 111 });
  await send(mail(ANN, "email", "Thanks, solved!", thread));
  await until("the closed ticket", () => state.hubspot?.tickets.some(({ properties }) => properties.hs_pipeline_stage === "4"));
  announce("The ticket has closed by itself. That was the whole story.");
}
