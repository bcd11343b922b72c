// HubSpot's side: the thread and ticket of a conversation, and what a rep does with them.

import { action } from "./actions.js";
import { bubble, sessionOf } from "./customer.js";
import { byId, h, show } from "./dom.js";
import { on, state } from "./state.js";

const AI = 111;
const NAMES = { "A-111": "Acme Assistant (AI)", "A-222": "Riley Stone", "A-333": "Greta Vogel" };
const OWNERS = { 70111: "Acme Assistant (AI)", 70222: "Riley Stone", 70333: "Greta Vogel" };
const STAGES = { 1: "New", 2: "Waiting on contact", 3: "Waiting on us", 4: "Closed" };
const SHOWN = { subject: "Subject", hs_pipeline_stage: "Stage", hubspot_owner_id: "Owner", hs_ticket_priority: "Priority", content: "Content" };

const option = (value, label) => h("option", { value }, label);
const conversation = h("select", { id: "case" });
const rep = h("select", { id: "rep" }, option(222, "Riley Stone"), option(333, "Greta Vogel"));
const thread = h("div", { class: "transcript", tabindex: "0", role: "log", "aria-label": "Thread in HubSpot" });
const ticket = h("dl", {});
const text = h("textarea", { id: "reply", rows: "3" }, "Your parcel is at the post office in Main Street.");
const supplier = h("input", { id: "supplier", type: "email", value: "sales@supplier.example", autocomplete: "off" });
const property = h("input", { id: "property", value: "hs_ticket_priority", autocomplete: "off" });
const value = h("input", { id: "value", value: "HIGH", autocomplete: "off" });

export function start() {
  const post = (path, body) => ({ vendor: "hubspot", method: "POST", path, body });
  const user = () => Number(rep.value);
  const words = () => {
    if (!text.value.trim()) throw new Error("Write something first.");
    return text.value;
  };
  const written = () => { text.value = ""; };
  const change = (name, wanted) => post("properties", { ticket: needed("ticket"), name, value: wanted, user_id: user() });
  byId("hubspot").append(
    h("label", { for: "case" }, "Conversation"), conversation,
    thread, h("div", { class: "tall", role: "region", "aria-label": "Ticket", tabindex: "0" }, ticket),
    h("label", { for: "rep" }, "Rep"), rep,
    h("label", { for: "reply" }, "Text"), text,
    h("div", { class: "row" },
      action("Reply to the customer", () => post("replies", { thread: needed("thread"), user_id: user(), text: words() }), written),
      action("Private note", () => post("comments", { thread: needed("thread"), user_id: user(), text: words() }), written),
      action("Take over", () => post("assignments", { thread: needed("thread"), user_id: user() })),
      action("Give back to the AI", () => post("assignments", { thread: needed("thread"), user_id: AI }))),
    h("label", { for: "supplier" }, "Forward to"),
    h("div", { class: "row" }, supplier,
      action("Forward", () => post("replies", { thread: needed("thread"), user_id: user(), text: words(), to: [supplier.value] }), written)),
    h("div", { class: "pair" },
      h("div", {}, h("label", { for: "property" }, "Property"), property),
      h("div", {}, h("label", { for: "value" }, "Value"), value)),
    h("div", { class: "row" },
      action("Change property", () => change(property.value.trim(), value.value)),
      action("Close ticket", () => change("hs_pipeline_stage", "4"))));
  conversation.addEventListener("change", update);
  on("hubspot", update);
  on("opencx", update);
}

function needed(what) {
  const found = chosen()?.[what];
  if (!found) throw new Error(what === "thread" ? "This conversation is not in a HubSpot inbox." : "There is no ticket yet: let the customer ask for a human.");
  return found;
}

const chosen = () => cases().find(({ id }) => id === conversation.value);

/** Every thread with its ticket, then tickets without a thread; newest first. */
function cases() {
  const { threads = [], tickets = [], contacts = [] } = state.hubspot ?? {};
  const taken = new Set();
  const found = threads.map((one) => {
    const session = sessionOf(one.id);
    const own = tickets.find(({ id, properties: p }) => id === one.threadAssociations?.associatedTicketId || (session && p.opencx_session_id === session.id));
    if (own) taken.add(own.id);
    const name = one.messages.find(({ direction }) => direction === "INCOMING")?.senders[0]?.name ?? "visitor";
    return { id: `thread-${one.id}`, thread: one.id, ticket: own?.id, data: one, at: one.latestMessageTimestamp, label: `${name}, thread ${one.id}` };
  });
  for (const one of tickets) {
    if (taken.has(one.id)) continue;
    const contact = contacts.find(({ id }) => one.contacts.includes(id))?.properties ?? {};
    const name = [contact.firstname, contact.lastname].filter(Boolean).join(" ") || "unknown";
    found.push({ id: `ticket-${one.id}`, ticket: one.id, at: one.properties.createdate, label: `${name}, ticket ${one.id}` });
  }
  return found.sort((a, b) => (b.at ?? "").localeCompare(a.at ?? ""));
}

function update() {
  const all = cases();
  const before = conversation.value;
  show(conversation, JSON.stringify(all.map(({ id, label }) => [id, label])), () => all.length ? all.map(({ id, label }) => option(id, label)) : [option("", "none yet")]);
  conversation.value = all.some(({ id }) => id === before) ? before : all[0]?.id ?? "";
  const one = chosen();
  const lines = (one?.data?.messages ?? []).map(line);
  show(thread, JSON.stringify([one?.id, lines]), () => lines.length ? lines.map(bubble) : [h("p", { class: "empty" }, one ? "No thread: OpenCX delivers on this channel." : "Nothing yet.")]);
  thread.scrollTop = thread.scrollHeight;
  showTicket(one);
}

const actor = (id, name) => name ?? NAMES[id] ?? (id?.startsWith("I-") ? "the bridge" : id ?? "HubSpot");

function line({ type, direction, text, createdAt, createdBy, senders, recipients, assignedTo, newStatus }) {
  const by = actor(senders[0]?.actorId ?? createdBy, senders[0]?.name);
  if (type === "COMMENT") return { at: createdAt, by: `${by}, internal`, text, kind: "internal" };
  if (type === "ASSIGNMENT") return { at: createdAt, by: "", text: `assigned to ${assignedTo ? actor(assignedTo) : "nobody"}`, kind: "system" };
  if (newStatus) return { at: createdAt, by: "", text: `thread ${newStatus.toLowerCase()}`, kind: "system" };
  const to = recipients.filter(({ recipientField }) => recipientField === "TO").map((one) => one.deliveryIdentifier?.value).filter(Boolean);
  return { at: createdAt, by: `${by}${to.length && direction === "OUTGOING" ? ` to ${to.join(", ")}` : ""}`, text, mine: direction === "INCOMING" };
}

function showTicket(one) {
  const found = state.hubspot?.tickets.find(({ id }) => id === one?.ticket);
  const notes = (state.hubspot?.notes ?? []).filter(({ tickets }) => found && tickets.includes(found.id));
  const owner = one?.data?.assignedTo;
  const rows = [["Thread is with", one?.data ? (owner ? actor(owner) : "nobody") : undefined], ["Ticket", found?.id]];
  const names = { hs_pipeline_stage: STAGES, hubspot_owner_id: OWNERS };
  for (const [name, label] of Object.entries(SHOWN)) {
    const text = found?.properties[name];
    rows.push([label, names[name]?.[text] ?? text]);
  }
  for (const note of notes) rows.push(["Note", plain(note.properties.hs_note_body)]);
  const given = rows.filter(([, text]) => text);
  show(ticket, JSON.stringify(given), () => given.flatMap(([name, text]) => [h("dt", {}, name), h("dd", {}, text)]));
}

/** The text of HTML, without making it part of the page. */
function plain(html) {
  return new DOMParser().parseFromString((html ?? "").replaceAll("<br>", "\n"), "text/html").body.textContent;
}
