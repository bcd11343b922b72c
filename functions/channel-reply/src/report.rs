//! The fate of a rep's message, as HubSpot shows it.

use bridge_domain::hubspot::channel_event::ChannelReply;
use bridge_domain::outcome::ParkReason;
use bridge_engine::{EventContext, Failure, Recovery};
use bridge_hubspot::DeliveryReport;
use bridge_vendor_http::if_accepted;

/// Shows the rep that their message is parked, unless the customer has it. No step of its own, so
/// that a redrive can report what became of it then.
pub(crate) async fn report_parked(
    context: &EventContext<'_>,
    reply: &ChannelReply,
    reason: ParkReason,
) {
    if context.is_done("send") {
        return;
    }
    let why = match reason {
        ParkReason::RetriesExhausted => {
            let hours = context.settings.park_after().as_secs() / 3_600;
            format!("it could not be sent for {hours} hours")
        }
        ParkReason::Refused => "it was refused".to_owned(),
        _ => "it could not be sent".to_owned(),
    };
    let told = format!(
        "The customer did not get this message: {why}. Your administrator can send it once more."
    );
    let failed = DeliveryReport::Failed(&told);
    let told = context.hubspot.report_delivery(&reply.channel, &reply.message_id, failed).await;
    if let Err(error) = told {
        context
            .remark(format!("HubSpot does not take the report of the message's delivery: {error}"));
    }
}

/// Reports the fate of the message. A portal that does not take the report keeps nothing back.
pub(crate) async fn report(
    context: &EventContext<'_>,
    reply: &ChannelReply,
    fate: DeliveryReport<'_>,
) -> Result<(), Failure> {
    let tell = async {
        let told = context.hubspot.report_delivery(&reply.channel, &reply.message_id, fate).await;
        Ok(if_accepted(told)?.is_some())
    };
    if !context.step("report", Recovery::Retry, tell).await? {
        context.remark("HubSpot does not take the report of the message's delivery");
    }
    Ok(())
}
