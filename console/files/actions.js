// Buttons that act, each with the same action as a curl command beside it.

import { call, curl } from "./api.js";
import { announce, h } from "./dom.js";
import { refreshSoon } from "./state.js";

/**
 * A button, and one that copies the curl command. `request` returns {vendor, method, path, body},
 * or throws an error that says what is missing.
 */
export function action(label, request, done = () => {}) {
  const act = h("button", { type: "button", onclick: () => attempt(act, async () => {
    const wanted = request();
    done(await call(wanted.method, `${wanted.vendor}/${wanted.path}`, wanted.body));
    refreshSoon();
  }) }, label);
  const copy = h("button", { type: "button", class: "copy", "aria-label": `Copy “${label}” as curl`, title: "Copy as curl",
    onclick: () => attempt(copy, () => copied(curl(request()))) }, "curl");
  return h("span", { class: "action" }, act, copy);
}

/** Runs an action once at a time, and says what went wrong. */
export async function attempt(button, run) {
  if (button.getAttribute("aria-disabled")) return;
  button.setAttribute("aria-disabled", "true");
  try {
    await run();
  } catch (error) {
    announce(error.message, true);
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

async function copied(command) {
  try {
    await navigator.clipboard.writeText(command);
    announce(`Copied: ${command}`);
  } catch {
    announce(`Copy this: ${command}`);
  }
}
