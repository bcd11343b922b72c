//! Control routes under `/sim`: acting in the portal and inspecting it with `curl`. They need no
//! token, are not logged and are no part of HubSpot's API; `local/README.md` lists them.

mod administration;
mod channels;
mod inspect;
mod people;

use axum::extract::State;
use axum::routing::MethodFilter;
use axum::routing::{MethodRouter, get, on};
use axum::{Json, Router};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sim_kit::control::{Input, Rejected};

use crate::error::ActionError;
use crate::portal::Portal;

/// The answer to `GET /sim`.
const HELP: &str = r#"Control routes of the simulated HubSpot; each with an example body.

GET  /sim/state                     threads, contacts, companies, deals, tickets, notes
GET  /sim/deliveries                every attempt to deliver a webhook
POST /sim/customer-messages         {"channel":"email","name":"Ann Lee","email":"ann@example.org","subject":"My order","text":"Where is it?"}
                                    goes on with {"thread":ID,"text":"A human, please"}; "channel" is email, live_chat or whats_app
POST /sim/replies                   {"thread":ID,"user_id":222,"text":"It is on its way."}
                                    to others than the customer with "to":["sales@supplier.example"],
                                    with a file: "attachments":[{"name":"map.png","mime_type":"image/png","base64":"iVBORw0KGgo="}]
POST /sim/comments                  {"thread":ID,"user_id":222,"text":"Only reps see this."}
POST /sim/assignments               {"thread":ID,"user_id":222}; 111 is the AI, null is nobody
POST /sim/thread-status             {"thread":ID,"status":"CLOSED"}
POST /sim/properties                {"ticket":ID,"name":"hs_pipeline_stage","value":"4","user_id":222}
POST /sim/objects/contacts          {"email":"ann@example.org","firstname":"Ann"}
DELETE /sim/objects/contacts/{id}   with ?privacy=true it is erased
DELETE /sim/threads/{id}            with ?privacy=true it is erased
POST /sim/property-definitions/{type}  a property in HubSpot's shape
POST /sim/associations              {"from":["tickets",ID],"to":["contacts",ID]}
POST /sim/thread-ticket             {"thread":ID,"ticket":ID}
POST /sim/merges                    {"kind":"tickets","from":ID,"into":ID}
PUT  /sim/sending                   {"channel":"email","sending":"fails"}, or "works", "rejected"
PUT  /sim/token                     {"old":"pat-na1-demo-support","new":"pat-2"}
PUT  /sim/client-secret             "another secret", or null
PUT  /sim/webhook-url               "http://127.0.0.1:9000/webhooks/hubspot/acme/demo-webhook-token"
GET  /sim/channels                  custom channels, their accounts, and files
PUT  /sim/channel-webhook-url       {"channel":"1430011","url":"http://127.0.0.1:9000/webhooks/hubspot/acme/demo-webhook-token/channel"}
PUT  /sim/channel-behaviour         {"repeat":"conflict","closed_thread":"new_thread","webhook_first":true,"echo_published":true,"sender_names":false}
                                    "repeat" may be "message", "closed_thread" may be "reopens" or "refused"
PUT  /sim/channel-accounts/{id}     {"authorized":false}
DELETE /sim/channel-accounts/{id}
GET, DELETE /sim/calls              the log of API calls
POST, DELETE /sim/faults            {"path_contains":"/messages","times":1,"kind":{"status":{"status":503}}}
PUT  /sim/down                      true
"#;

/// Returns every control route, without the prefix.
pub(crate) fn routes() -> Router<Portal> {
    sim_kit::control::routes()
        .route("/", get(HELP))
        .merge(administration::routes())
        .merge(channels::routes())
        .merge(inspect::routes())
        .merge(people::routes())
}

/// Makes a route out of an action of the portal that reads a JSON body.
fn action<T, R>(
    method: MethodFilter,
    run: fn(&Portal, T) -> Result<R, ActionError>,
) -> MethodRouter<Portal>
where
    T: DeserializeOwned + Send + 'static,
    R: Serialize + Send + 'static,
{
    let handler = async move |State(portal): State<Portal>, Input(input): Input<T>| {
        run(&portal, input).map(Json).map_err(Rejected::from)
    };
    on(method, handler)
}
