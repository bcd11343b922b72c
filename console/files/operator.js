// The operator's side: what is parked, the organisations' health, and the queues.

import { attempt } from "./actions.js";
import { call, isLocal, readOnly } from "./api.js";
import { age, announce, byId, h, show } from "./dom.js";
import { on, refreshSoon, state } from "./state.js";

const parked = h("div", {});
const health = h("div", {});

export function start() {
  byId("parked").append(parked);
  byId("health").append(health);
  on("parked", updateParked);
  for (const topic of ["status", "queues"]) on(topic, updateHealth);
  setInterval(() => { updateParked(); updateHealth(); }, 5000);
}

function updateParked() {
  const list = state.parked;
  byId("parked-title").textContent = list.length ? `Parked (${list.length})` : "Parked";
  const rows = list.slice(0, 100);
  show(parked, JSON.stringify(rows), () => rows.length ? rows.map(entry) : [h("p", { class: "empty" }, "Nothing is parked.")]);
}

function entry(one) {
  const subject = ["ticket", "thread", "session"].filter((name) => one[name]).map((name) => `${name} ${one[name]}`);
  return h("article", { class: "parked" },
    h("h3", {}, `${one.function}: ${one.reason}`),
    h("p", {}, `${age(one.parked_at)} ago, ${one.org}, ${[one.event, ...subject].join(", ")}`),
    h("p", { class: "error" }, one.error),
    h("p", {}, `What to do: ${one.advice}.`),
    readOnly ? null : h("div", { class: "row" }, button("Redrive", one, "redrive"), button("Discard", one, "discard")));
}

function button(label, one, what) {
  const act = h("button", { type: "button", "aria-label": `${label} ${one.function} ${one.id}` }, label);
  const sure = what === "redrive" && isLocal;
  act.addEventListener("click", () => attempt(act, async () => {
    if (!sure && !(await confirmed(`${label} this event of ${one.org}? ${what === "discard" ? "It is given up for good." : "It goes back on its queue."}`))) return;
    const result = await call("POST", `parked/${one.id}/${what}`);
    announce(result.result);
    refreshSoon();
  }));
  return act;
}

/** Asks in a dialog, which takes the focus and gives it back. */
function confirmed(question) {
  return new Promise((resolve) => {
    const answer = (yes) => () => { dialog.close(); dialog.remove(); resolve(yes); };
    const dialog = h("dialog", { "aria-label": question, oncancel: answer(false) }, h("p", {}, question),
      h("div", { class: "row" }, h("button", { type: "button", onclick: answer(true) }, "Yes"), h("button", { type: "button", onclick: answer(false) }, "No")));
    document.body.append(dialog);
    dialog.showModal();
  });
}

const moment = (at) => (at ? `${age(at)} ago` : "never");

function updateHealth() {
  const orgs = state.status.map((one) => [
    one.org, one.paused ? "paused" : one.active === false ? "inactive" : "active",
    moment(one.last_hubspot_delivery_at), moment(one.last_event_at), deferred(one), String(one.parked ?? 0),
    breaker(one.breakers?.hubspot), breaker(one.breakers?.opencx), pace(one.pace)]);
  const checks = state.status.map((one) => [one.org, lastCheck(one.last_check)]);
  const queues = state.queues.map((one) => [one.queue, one.waiting, one.delayed, one.in_flight, one.oldest_s == null ? "–" : `${one.oldest_s} s`].map(String));
  show(health, JSON.stringify([orgs, checks, queues]), () => [
    table("Organisations", ["Org", "State", "HubSpot delivered", "Last event", "Deferred", "Parked", "HubSpot", "OpenCX", "Pace"], orgs),
    ...checks.map(([org, result]) => h("p", { class: "row" }, checkButton(org), h("span", {}, result))),
    table("Queues", ["Queue", "Waiting", "Delayed", "In work or deferred", "Oldest"], queues)]);
}

const deferred = (one) => (one.oldest_deferred_at ? `${one.deferred}, oldest ${age(one.oldest_deferred_at)}` : String(one.deferred ?? 0));

/** The rate limits that the functions have learned. */
function pace(limits = {}) {
  const known = Object.entries(limits).filter(([, limit]) => limit);
  return known.map(([vendor, limit]) => `${vendor === "hubspot" ? "HubSpot" : "OpenCX"} ${limit.calls} per ${limit.window_ms / 1000} s`).join("; ") || "–";
}

const lastCheck = (one) => (one ? `${age(one.at)} ago: ${verdict(one)}` : "not checked yet");

const verdict = (check) => (check.wrong === 0 ? "all works" : check.findings.filter((one) => one.level === "wrong").map((one) => `${one.about} ${one.text}`).join("; "));

/** Tries an organisation's settings out: its keys, portal and stages. */
function checkButton(org) {
  const act = h("button", { type: "button" }, `Check settings of ${org}`);
  act.addEventListener("click", () => attempt(act, async () => {
    const check = await call("POST", `orgs/${encodeURIComponent(org)}/check`);
    announce(`Settings of ${org}: ${verdict(check)}`, check.wrong > 0);
    refreshSoon();
  }));
  return act;
}

function breaker(one) {
  if (!one || one.state === "closed") return "up";
  return one.credentials_refused ? "refuses the credentials" : `down since ${age(one.since)}, next try ${new Date(one.next_probe_at).toLocaleTimeString([], { hour12: false })}`;
}

function table(caption, heads, rows) {
  const mark = (text) => (/^down|^refuses/.test(text) ? "bad" : null);
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption }, h("table", {}, h("caption", {}, caption),
    h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, head)))),
    h("tbody", {}, rows.map((row) => h("tr", {}, row.map((cell, at) => (at ? h("td", { class: mark(cell) }, cell) : h("th", { scope: "row" }, cell))))))));
}
