// Small charts: events and latency by minute.

import { byId, h } from "./dom.js";
import { on, state } from "./state.js";

const MINUTES = 30;
const [WIDTH, HEIGHT] = [300, 60];
const KINDS = ["applied", "skipped", "deferred", "parked"];

const events = chart("Events by minute");
const latency = chart("Milliseconds per event: median and slowest of each minute");

export function start() {
  byId("charts").append(events.figure, latency.figure);
  on("events", update);
  setInterval(update, 10000);
  update();
}

function svg(tag, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

function chart(title) {
  const drawing = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": title });
  const legend = h("p", { class: "legend" });
  return { figure: h("figure", {}, h("figcaption", {}, title), drawing, legend), drawing, legend };
}

function update() {
  const now = Math.floor(Date.now() / 60000);
  const minutes = Array.from({ length: MINUTES }, () => ({ times: [], applied: 0, skipped: 0, deferred: 0, parked: 0 }));
  for (const { kind, at, line } of state.events) {
    const minute = minutes[MINUTES - 1 - (now - Math.floor(Date.parse(at) / 60000))];
    if (!minute || kind === "note") continue;
    minute[kind] += 1;
    if (kind !== "deferred") minute.times.push(line.elapsed_ms);
  }
  drawEvents(minutes);
  drawLatency(minutes);
}

const bar = (index, from, height, kind) => svg("rect", { class: kind, x: (index * WIDTH) / MINUTES + 1, width: WIDTH / MINUTES - 2, y: HEIGHT - from - height, height });

function drawEvents(minutes) {
  const most = Math.max(1, ...minutes.map((minute) => KINDS.reduce((sum, kind) => sum + minute[kind], 0)));
  const bars = minutes.flatMap((minute, index) => {
    let from = 0;
    return KINDS.filter((kind) => minute[kind]).map((kind) => {
      const height = (minute[kind] / most) * HEIGHT;
      from += height;
      return bar(index, from - height, height, kind);
    });
  });
  events.drawing.replaceChildren(...bars);
  const sums = KINDS.map((kind) => `${minutes.reduce((sum, minute) => sum + minute[kind], 0)} ${kind}`);
  events.legend.textContent = `${sums.join(", ")}; at most ${most} in a minute`;
}

function drawLatency(minutes) {
  const sorted = minutes.map(({ times }) => times.sort((a, b) => a - b));
  const slowest = Math.max(1, ...sorted.map((times) => times.at(-1) ?? 0));
  const bars = sorted.flatMap((times, index) => times.length
    ? [bar(index, 0, (times.at(-1) / slowest) * HEIGHT, "slowest"), bar(index, 0, (times[Math.floor(times.length / 2)] / slowest) * HEIGHT, "median")] : []);
  latency.drawing.replaceChildren(...bars);
  const all = sorted.flat().sort((a, b) => a - b);
  latency.legend.textContent = all.length ? `median ${all[Math.floor(all.length / 2)]} ms, slowest ${slowest} ms` : "no event yet";
}
