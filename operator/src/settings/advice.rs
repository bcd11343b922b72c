//! Advice about a call that HubSpot refuses.

use bridge_vendor_http::CallError;

/// The place in HubSpot that shows a token.
pub(super) const WHERE_TOKENS_ARE: &str = "in HubSpot: Development → your app → Auth → Access token (legacy private app: Settings → \
     Integrations → Private Apps → your app → Auth → Show token)";

/// The place in HubSpot that grants scopes.
pub(super) const WHERE_SCOPES_ARE: &str = "add it to requiredScopes in the app's app-hsmeta.json and deploy the app (legacy private \
     app: Settings → Integrations → Private Apps → your app → Edit → Scopes)";

/// Advice about a token that opens nothing.
pub(super) fn no_token(key: &str, error: &CallError) -> String {
    if error.is_status(401) {
        return format!("HubSpot does not know it: copy it {WHERE_TOKENS_ARE} into {key}");
    }
    format!("could not be tried ({error}): {}", way_out(error))
}

/// Advises about a call that failed.
pub(super) fn way_out(error: &CallError) -> String {
    if error.is_status(403) {
        return format!("the token lacks a scope: {WHERE_SCOPES_ARE}");
    }
    if error.is_status(401) {
        return format!("HubSpot does not know the token: copy it {WHERE_TOKENS_ARE}");
    }
    "try again later; if it stays so, look at HubSpot's status page".to_owned()
}
