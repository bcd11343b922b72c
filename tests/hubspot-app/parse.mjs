// Parses the project as `hs project upload --profile example` does, but for the schemas, which
// HubSpot gives to authenticated accounts only.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadHsProfileFile } from "@hubspot/project-parsing-lib/profiles";
import { translate } from "@hubspot/project-parsing-lib/translate";

const project = fileURLToPath(new URL("../../hubspot-app/", import.meta.url));
const { srcDir, platformVersion } = JSON.parse(readFileSync(`${project}hsproject.json`, "utf8"));
const context = { projectSourceDir: project + srcDir, platformVersion };

const { intermediateRepresentation, skippedHsMetaFiles } = await translate(context, {
  skipValidation: true,
  profile: "example",
});
assert.deepEqual(skippedHsMetaFiles, []);

const components = intermediateRepresentation.intermediateNodesIndexedByUid;
assert.deepEqual(Object.keys(components).sort(), ["opencx_bridge", "opencx_bridge_webhooks"]);

const { settings, subscriptions } = components.opencx_bridge_webhooks.config;
const { variables } = loadHsProfileFile(context.projectSourceDir, "example");
const filled = (text) => text.replace(/\$\{(\w+)\}/g, (_, name) => variables[name]);
assert.equal(filled(settings.targetUrl), variables.WEBHOOK_URL);
assert.doesNotMatch(readFileSync(`${context.projectSourceDir}/app/webhooks/webhooks-hsmeta.json`, "utf8"), /https?:/);

const types = (list) => [...new Set(list.map((one) => one.subscriptionType))].sort();
assert.deepEqual(types(subscriptions.legacyCrmObjects), ["ticket.deletion", "ticket.merge", "ticket.propertyChange"]);
assert.deepEqual(types(subscriptions.hubEvents), [
  "contact.privacyDeletion",
  "conversation.newMessage",
  "conversation.privacyDeletion",
  "conversation.propertyChange",
]);

console.log(`hubspot-app: platform ${platformVersion}, ${Object.keys(components).length} components`);
