// The customer's side: who writes, on which channel, and what they see.

import { action } from "./actions.js";
import { byId, h, show, time } from "./dom.js";
import { on, sessionOfThread, state } from "./state.js";

const PEOPLE = [
  { name: "Ann Lee", email: "ann@example.org", phone: "+15550100" },
  { name: "Ben Ode", email: "ben@example.org", phone: "+15550101" },
  { name: "Clara Weiß", email: "clara@example.org", phone: "+4915550102" },
];

/** Channels: those of the HubSpot inbox, where HubSpot delivers, and those of OpenCX itself. */
const CHANNELS = [
  { id: "email", label: "Email to support@acme.com (HubSpot)", vendor: "hubspot" },
  { id: "live_chat", label: "Chat on the website (HubSpot)", vendor: "hubspot" },
  { id: "whatsapp", label: "WhatsApp (OpenCX)", vendor: "opencx" },
  { id: "sms", label: "SMS (OpenCX)", vendor: "opencx" },
  { id: "web", label: "Web chat (OpenCX)", vendor: "opencx" },
];

const option = (value, label) => h("option", { value }, label);
const person = h("select", { id: "person" }, PEOPLE.map(({ name }, index) => option(index, name)));
const channel = h("select", { id: "channel" }, CHANNELS.map(({ label }, index) => option(index, label)));
const conversation = h("select", { id: "conversation" }, option("", "a new conversation"));
const text = h("textarea", { id: "message", rows: "3" }, "Hello, where is my order 4711?");
const transcript = h("div", { class: "transcript", tabindex: "0", role: "log", "aria-label": "What the customer sees" });

/** True once somebody chose to begin a new conversation; else the latest one is shown. */
let wantsNew = false;

const chosen = () => ({ who: PEOPLE[person.value], where: CHANNELS[channel.value] });

export function start() {
  byId("customer").append(
    h("label", { for: "person" }, "Person"), person,
    h("label", { for: "channel" }, "Channel"), channel,
    h("label", { for: "conversation" }, "Conversation"), conversation,
    transcript,
    h("label", { for: "message" }, "Message"), text,
    h("div", { class: "row" },
      action("Send", () => message(text.value), follow),
      action("Ask for a human", () => message("I want to talk to a human, please."), follow),
      action("Say it is solved", () => message("Thanks, solved!"), follow),
      action("Resolve in OpenCX", resolve)));
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) byId("customer").querySelector(".action button").click();
  });
  for (const select of [person, channel]) select.addEventListener("change", () => { conversation.value = ""; wantsNew = false; update(); });
  conversation.addEventListener("change", () => { wantsNew = conversation.value === ""; update(); });
  on("hubspot", update);
  on("opencx", update);
}

/** The request by which the customer writes. */
export function message(words) {
  if (!words.trim()) throw new Error("Write something first.");
  const { who, where } = chosen();
  if (where.vendor === "hubspot") return mail(who, where.id, words, conversation.value);
  const started = { channel: where.id, contact: contact(who, where.id) };
  const body = conversation.value ? { session: conversation.value } : started;
  return { vendor: "opencx", method: "POST", path: "customer", body: { ...body, text: words } };
}

function contact({ name, email, phone }, on) {
  return on === "web" ? { name, email } : { name, phone_number: phone };
}

export function mail({ name, email }, on, words, thread, subject = "My order") {
  const body = { channel: on, name, email, text: words };
  if (thread) body.thread = thread;
  if (on === "email") body.subject = thread ? `Re: ${subject}` : subject;
  return { vendor: "hubspot", method: "POST", path: "customer-messages", body };
}

/** Goes on with the conversation that the message opened. */
function follow(result) {
  const id = result?.thread ?? result?.session;
  if (!id) return;
  if (![...conversation.options].some((known) => known.value === id)) conversation.append(option(id, id));
  conversation.value = id;
  wantsNew = false;
  text.value = "";
}

function resolve() {
  const session = sessionOf(conversation.value);
  if (!session) throw new Error("This conversation has no OpenCX session yet.");
  return { vendor: "opencx", method: "POST", path: `sessions/${session.id}/resolve`, body: { resolved: true } };
}

/** The OpenCX session of a conversation: itself, or that of a thread of HubSpot. */
export function sessionOf(id) {
  const sessions = state.opencx?.sessions ?? [];
  return sessions.find((session) => session.id === id || session.id === sessionOfThread.get(id));
}

function update() {
  const { who, where } = chosen();
  const known = where.vendor === "hubspot" ? threads(who, where.id) : sessions(who, where.id);
  const before = conversation.value;
  show(conversation, JSON.stringify(known), () => [option("", "a new conversation"), ...known.map((one) => option(one.id, one.label))]);
  const latest = wantsNew ? "" : known.at(-1)?.id ?? "";
  conversation.value = known.some(({ id }) => id === before) && (before || wantsNew) ? before : latest;
  const lines = known.find(({ id }) => id === conversation.value)?.lines ?? [];
  show(transcript, JSON.stringify(lines), () => lines.length ? lines.map(bubble) : [h("p", { class: "empty" }, "Nothing yet.")]);
  transcript.scrollTop = transcript.scrollHeight;
}

const CHANNEL_IDS = { email: "1002", live_chat: "1000" };

function threads(who, on) {
  const isTheirs = (thread) => thread.originalChannelId === CHANNEL_IDS[on]
    && thread.messages.some((one) => one.direction === "INCOMING" && one.senders[0]?.name === who.name);
  const ours = (state.hubspot?.threads ?? []).filter(isTheirs);
  return ours.map((thread) => ({ id: thread.id, label: `thread ${thread.id}`, lines: seen(thread) }));
}

/** The messages that reach the customer: nothing internal, nothing to other people. */
function seen(thread) {
  const customer = thread.messages.find((one) => one.direction === "INCOMING")?.senders[0];
  const address = customer?.deliveryIdentifier?.value;
  const isSeen = ({ type, direction, recipients, senders }) => type === "MESSAGE" && (direction === "INCOMING"
    ? senders[0]?.deliveryIdentifier?.value === address
    : recipients.length === 0 || recipients.some((one) => one.deliveryIdentifier?.value === address || !one.deliveryIdentifier));
  return thread.messages.filter(isSeen).map((one) => ({
    at: one.createdAt, mine: one.direction === "INCOMING", by: one.senders[0]?.name ?? "Acme", text: one.text }));
}

function sessions(who, on) {
  const isTheirs = ({ channel, origin, contact }) => origin === "channel" && channel === on
    && (contact.phone_number === who.phone || contact.email === who.email);
  const ours = (state.opencx?.sessions ?? []).filter(isTheirs);
  return ours.map((session) => ({ id: session.id, label: `session ${session.id.slice(0, 8)}`,
    lines: session.history.map((one) => ({ at: one.created_at, mine: one.sender === "contact", by: one.name ?? one.sender, text: one.text })) }));
}

export function bubble({ at, mine, by, text, kind = "" }) {
  return h("div", { class: `bubble ${mine ? "mine" : ""} ${kind}` }, h("span", { class: "by" }, `${by ?? ""} ${time(at)}`), h("p", {}, text ?? ""));
}
