// Elements. Text from outside becomes text nodes only, never markup.

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

export const byId = (id) => document.getElementById(id);

const keys = new WeakMap();

/** Replaces children only if what they show changed, so that focus and selection stay. */
export function show(parent, key, make) {
  if (keys.get(parent) === key) return;
  keys.set(parent, key);
  parent.replaceChildren(...make());
}

export const time = (at) => new Date(at).toLocaleTimeString([], { hour12: false });

export function age(at) {
  const seconds = Math.max(0, Math.round((Date.now() - new Date(at)) / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86400)} d`;
}

/** Says a result, also to people who do not see the page. */
export function announce(text, isError = false) {
  const note = h("p", { class: isError ? "toast error" : "toast" }, text);
  byId("announcements").append(note);
  setTimeout(() => note.remove(), isError ? 12000 : 5000);
}
