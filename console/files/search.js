// Search in a deployed stack: from an id or address to all that happened.

import { attempt } from "./actions.js";
import { call } from "./api.js";
import { byId, h } from "./dom.js";

const word = h("input", { id: "word", type: "search", autocomplete: "off" });
const found = h("div", { class: "found", "aria-live": "polite" });

export function start() {
  const go = h("button", { type: "submit" }, "Find");
  byId("search").append(
    h("form", { onsubmit: (event) => { event.preventDefault(); attempt(go, find); } },
      h("label", { for: "word" }, "Email, phone, session, thread, ticket or event id"),
      h("div", { class: "row" }, word, go)),
    found);
}

async function find() {
  found.replaceChildren(h("p", {}, "searching …"));
  const result = await call("GET", `find?${new URLSearchParams({ word: word.value.trim() })}`);
  const items = result.events.map((one) => h("li", { class: one.outcome }, `${new Date(one.at).toLocaleString()} ${one.function} ${one.outcome} ${one.reason ?? ""} ${one.error ?? ""}`));
  const links = result.links.map((text) => h("li", {}, text));
  found.replaceChildren(
    h("h3", {}, "Linked"), links.length ? h("ul", {}, links) : h("p", { class: "empty" }, "No conversation is known by that word."),
    h("h3", {}, `Events of the last ${result.days} days`), items.length ? h("ol", {}, items) : h("p", { class: "empty" }, "None."));
}
