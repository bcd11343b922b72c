//! Properties that HubSpot computes from others.

use sim_kit::clock;

use super::pipeline::Stage;
use super::record::Record;
use super::{Crm, ObjectKind};

impl Crm {
    /// Sets what follows from the stage of a ticket or deal, and from a contact's phone numbers.
    pub(super) fn compute(&self, record: &mut Record) {
        if record.kind == ObjectKind::Contact {
            compute_phone_numbers(record);
        }
        let Some(stage) = self.stage_of(record).cloned() else { return };
        if record.kind == ObjectKind::Deal {
            let won = stage.closed && stage.probability.as_deref() == Some("1.0");
            record.set("hs_is_closed", stage.closed.to_string());
            record.set("hs_is_closed_won", won.to_string());
        } else if !stage.closed {
            record.properties.remove("closed_date");
        } else if record.get("closed_date").is_none() {
            record.set("closed_date", clock::now_iso());
        }
    }

    fn stage_of(&self, record: &Record) -> Option<&Stage> {
        let (pipeline_name, stage_name) = record.kind.stage_properties()?;
        let id = record.get(pipeline_name)?;
        let pipeline = self.pipelines(record.kind).iter().find(|pipeline| pipeline.id == id)?;
        pipeline.stage(record.get(stage_name)?)
    }
}

/// The searchable forms hold digits: without the country code, and all of them where the number
/// was typed with one (docs/vendors/hubspot.md#contacts).
fn compute_phone_numbers(record: &mut Record) {
    for (name, short) in [("phone", "phone"), ("mobilephone", "mobile")] {
        let typed = record.get(name).unwrap_or_default().trim().to_owned();
        let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
        let country = match digits.as_str() {
            _ if !typed.starts_with('+') => None,
            number => Some(if number.starts_with('1') { 1 } else { 2 }),
        };
        let national = digits.get(country.unwrap_or_default()..).unwrap_or_default();
        let national = national.trim_start_matches('0').to_owned();
        let international = country.map(|_| digits.clone()).unwrap_or_default();
        for (form, value) in [("", national), ("international_", international)] {
            let property = format!("hs_searchable_calculated_{form}{short}_number");
            record.properties.remove(&property);
            if !value.is_empty() {
                record.set(&property, value);
            }
        }
    }
}
