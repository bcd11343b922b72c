// The start of the page.

import { follow, isLocal } from "./api.js";
import * as charts from "./charts.js";
import * as customer from "./customer.js";
import { byId } from "./dom.js";
import * as events from "./events.js";
import * as hubspot from "./hubspot.js";
import * as operator from "./operator.js";
import * as scenarios from "./scenarios.js";
import * as search from "./search.js";
import { addLine, refresh, reset } from "./state.js";

const { dataset } = document.body;

events.start();
operator.start();
charts.start();
if (isLocal) {
  if (dataset.hubspot && dataset.opencx) {
    scenarios.start();
    customer.start();
    hubspot.start();
  } else {
    for (const id of ["scenarios", "customer", "hubspot"]) byId(id).hidden = true;
  }
} else {
  search.start();
}

follow(() => { reset(); refresh(); }, addLine, (text) => {
  byId("connection").textContent = text;
  byId("connection").className = text === "live" ? "good" : "bad";
});
setInterval(() => { if (!document.hidden) refresh(); }, 2000);
