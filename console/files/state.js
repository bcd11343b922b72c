// What the page knows: events from the log, and the state of the simulators and queues.

import { call, isLocal } from "./api.js";
import { announce } from "./dom.js";

const echoes = new Set((document.body.dataset.echoes ?? "").split(" "));

/** Events that are kept; older ones are forgotten. */
const MOST = 12000;

/** The session of each thread, as events tell it. */
export const sessionOfThread = new Map();

export const state = { events: [], hubspot: null, opencx: null, status: [], parked: [], queues: [] };

const listeners = new Map();

export function on(topic, listener) {
  listeners.set(topic, [...(listeners.get(topic) ?? []), listener]);
}

const pending = new Set();

/** Tells listeners of changes, at most once per frame. */
export function changed(topic) {
  if (pending.size === 0) setTimeout(tell, 30);
  pending.add(topic);
}

function tell() {
  const topics = [...pending];
  pending.clear();
  for (const topic of topics) for (const listener of listeners.get(topic) ?? []) listener();
}

export function reset() {
  state.events = [];
  changed("events");
}

let count = 0;

export function addLine(text) {
  const line = JSON.parse(text);
  if (line.up_to_date) return;
  if (line.missed) announce(`${line.missed} events came too fast and are not shown`, true);
  const event = read(line);
  if (!event) return;
  if (line.thread && line.session) sessionOfThread.set(line.thread, line.session);
  state.events.push(event);
  if (state.events.length > MOST) state.events.splice(0, state.events.length - MOST / 2);
  changed("events");
  refreshSoon();
}

/** Turns a line of the log into an event as the page shows it. */
function read(line) {
  const kind = line.outcome ?? (line.deferred ? "deferred" : "note");
  const result = {
    applied: "applied",
    skipped: `skipped: ${line.reason}`,
    parked: `parked: ${line.reason}`,
    deferred: `again in ${line.deferred_for_s} s`,
    note: [line.message, line.vendor, line.error].filter(Boolean).join(": "),
  }[kind];
  const quiet = kind === "note" && line.level === "INFO";
  return { number: ++count, kind, result, at: line.timestamp ?? line.at, echo: quiet || echoes.has(line.reason), line };
}

async function fetchInto(name, path) {
  try {
    state[name] = await call("GET", path);
  } catch (error) {
    if (!(error instanceof TypeError)) announce(`${path}: ${error.message}`, true);
    return;
  }
  changed(name);
}

let refreshing = null;
let wanted = false;

/** Reads everything again, and once more if something happened meanwhile. */
export async function refresh() {
  if (refreshing) {
    wanted = true;
    return refreshing;
  }
  const reads = [["status", "status"], ["queues", "queues"], ["parked", "parked"]];
  if (isLocal && document.body.dataset.hubspot) reads.push(["hubspot", "hubspot/state"]);
  if (isLocal && document.body.dataset.opencx) reads.push(["opencx", "opencx/state"]);
  refreshing = Promise.all(reads.map(([name, path]) => fetchInto(name, path)));
  await refreshing;
  refreshing = null;
  if (wanted) {
    wanted = false;
    refreshSoon();
  }
}

let timer = null;

export function refreshSoon() {
  timer ??= setTimeout(() => {
    timer = null;
    refresh();
  }, 150);
}
