// The details of one event: its fields, steps, calls and body.

import { call, isLocal } from "./api.js";
import { byId, h, time } from "./dom.js";

const FIELDS = ["org", "event", "reason", "error", "notes", "session", "thread", "ticket", "tries", "event_id", "trace"];
let latest = 0;

export async function showDetails(event) {
  const number = ++latest;
  const { line } = event;
  const fields = FIELDS.map((name) => [name, line[name]]);
  if (event.kind === "note") {
    const rest = Object.entries(line).filter(([name]) => !["message", "timestamp", "_aws"].includes(name));
    draw(event, rest, []);
    return;
  }
  draw(event, fields, [h("p", {}, "reading steps and calls …")]);
  const [more, calls] = await Promise.all([steps(line), callsOf(line)]);
  if (number === latest) draw(event, fields, [...more, ...calls]);
}

function draw(event, fields, more) {
  const given = fields.filter(([, value]) => value !== undefined && value !== null && value !== "");
  const rows = given.flatMap(([name, value]) => [
    h("dt", {}, name), h("dd", {}, Array.isArray(value) ? value.join("; ") : String(value))]);
  byId("details").replaceChildren(
    h("h3", {}, `${time(event.at)} ${event.line.function ?? ""} ${event.result}`), h("dl", {}, rows), ...more);
}

async function steps(line) {
  const query = new URLSearchParams({ org: line.org, function: line.function, event_id: line.event_id, day: (line.at ?? line.timestamp).slice(0, 10) });
  try {
    const found = await call("GET", `event?${query}`);
    const names = Object.entries(found.steps ?? {});
    const list = names.length ? h("ul", {}, names.map(([name, result]) => h("li", {}, `${name}: ${result}`))) : h("p", {}, "none recorded");
    const body = found.body ? [h("h4", {}, "Body"), h("pre", { tabindex: "0" }, pretty(found.body))] : [];
    return [h("h4", {}, "Steps"), list, ...body];
  } catch (error) {
    return [h("p", {}, error.message)];
  }
}

function pretty(body) {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

/** Calls that the simulators saw while the event was worked on; another event's may be among them. */
async function callsOf(line) {
  if (!isLocal || !(line.hubspot_calls || line.opencx_calls)) return [];
  const until = Date.parse(line.at ?? line.timestamp);
  const from = until - line.elapsed_ms - 5;
  const vendors = [["HubSpot", "hubspot", line.hubspot_calls], ["OpenCX", "opencx", line.opencx_calls]];
  const rows = [];
  for (const [name, vendor, number] of vendors) {
    if (!number || !document.body.dataset[vendor]) continue;
    const all = await call("GET", `${vendor}/calls`).catch(() => []);
    const within = all.filter((each) => each.at >= from && each.at <= until + 5);
    rows.push(...within.map((each) => [name, each]));
  }
  rows.sort(([, one], [, other]) => one.at - other.at);
  const items = rows.map(([name, each]) => h("li", { class: each.status >= 400 || !each.status ? "bad" : null },
    `${time(each.at)}.${String(each.at % 1000).padStart(3, "0")} ${name} ${each.method} ${each.path} → ${each.status ?? "no answer"}`));
  return [h("h4", {}, "Calls in that time"), h("ul", { class: "calls" }, items)];
}
