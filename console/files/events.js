// The live events: a list that holds only the rows in sight, however many events there are.

import { byId, h, time } from "./dom.js";
import { on, state } from "./state.js";
import { showDetails } from "./details.js";

const ROW = 26;
const MARKS = { applied: "✓", skipped: "·", parked: "✗", deferred: "↻", note: "–" };

const list = h("div", { class: "list", role: "listbox", tabindex: "0", "aria-label": "Events, newest last" });
const spacer = h("div", { class: "spacer", role: "presentation" });
const echoes = h("input", { type: "checkbox", id: "echoes" });
const filter = h("input", { type: "search", id: "filter", placeholder: "ticket, session, function …", autocomplete: "off" });
const count = h("span", { class: "count" });

let shown = [];
let selected = null;
let atEnd = true;

export function start() {
  list.append(spacer);
  const controls = h("div", { class: "row" },
    h("label", { for: "filter" }, "Filter"), filter,
    h("label", { class: "check", for: "echoes" }, echoes, "echoes"), count);
  const details = h("div", { id: "details", role: "region", "aria-label": "Details of the event", tabindex: "0" });
  byId("events").append(controls, list, details);
  for (const input of [echoes, filter]) input.addEventListener("input", update);
  list.addEventListener("scroll", () => {
    atEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - ROW;
    draw();
  });
  list.addEventListener("keydown", onKey);
  list.addEventListener("click", (event) => {
    const row = event.target.closest("[data-index]");
    if (row) select(Number(row.dataset.index));
  });
  new ResizeObserver(draw).observe(list);
  on("events", update);
  update();
}

function matches(event, word) {
  return !word || JSON.stringify(event.line).toLowerCase().includes(word);
}

function update() {
  const word = filter.value.trim().toLowerCase();
  shown = state.events.filter((event) => (echoes.checked || !event.echo) && matches(event, word));
  const hidden = state.events.length - shown.length;
  count.textContent = `${shown.length} shown${hidden ? `, ${hidden} hidden` : ""}`;
  spacer.style.height = `${Math.max(1, shown.length) * ROW}px`;
  if (atEnd) list.scrollTop = list.scrollHeight;
  draw();
}

function draw() {
  const first = Math.max(0, Math.floor(list.scrollTop / ROW) - 5);
  const last = Math.min(shown.length, Math.ceil((list.scrollTop + list.clientHeight) / ROW) + 5);
  const rows = [];
  list.removeAttribute("aria-activedescendant");
  for (let index = first; index < last; index++) rows.push(row(shown[index], index));
  if (shown.length === 0) rows.push(h("p", { class: "empty", role: "option", "aria-selected": "false" }, "No event yet."));
  spacer.replaceChildren(...rows);
}

function row(event, index) {
  const { line } = event;
  const isSelected = event.number === selected;
  const id = `event-${event.number}`;
  const element = h("div", {
    id, class: `event ${event.kind}`, role: "option", "data-index": index,
    "aria-selected": String(isSelected), "aria-posinset": index + 1, "aria-setsize": shown.length,
  },
    h("span", { class: "time" }, time(event.at)),
    h("span", { class: "mark", "aria-hidden": "true" }, MARKS[event.kind]),
    h("span", { class: "function" }, line.function ?? ""),
    h("span", { class: "result" }, event.result, line.tries > 1 && event.kind !== "deferred" ? ` (try ${line.tries})` : ""),
    h("span", { class: "effort" }, event.kind === "note" ? "" : effort(line)));
  element.style.top = `${index * ROW}px`;
  if (isSelected) list.setAttribute("aria-activedescendant", id);
  return element;
}

function effort(line) {
  const calls = [["H", line.hubspot_calls], ["O", line.opencx_calls]];
  const made = calls.filter(([, number]) => number).map(([vendor, number]) => `${vendor}${number}`);
  return [...made, `${line.elapsed_ms} ms`].join(" ");
}

function select(index) {
  const event = shown[Math.max(0, Math.min(shown.length - 1, index))];
  if (!event) return;
  selected = event.number;
  const at = shown.indexOf(event) * ROW;
  if (at < list.scrollTop) list.scrollTop = at;
  if (at + ROW > list.scrollTop + list.clientHeight) list.scrollTop = at + ROW - list.clientHeight;
  draw();
  showDetails(event);
}

function onKey(event) {
  const at = shown.findIndex((each) => each.number === selected);
  const page = Math.floor(list.clientHeight / ROW);
  const moves = { ArrowDown: at + 1, ArrowUp: at < 0 ? shown.length - 1 : at - 1, Home: 0, End: shown.length - 1, PageDown: at + page, PageUp: at - page };
  if (!(event.key in moves)) return;
  event.preventDefault();
  select(moves[event.key]);
}
