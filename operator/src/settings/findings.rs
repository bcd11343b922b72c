//! Findings of a check.

use std::collections::BTreeMap;
use std::io::Write;

use serde_json::{Value, json};

use crate::problem::Problem;

/// The grade of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    /// As it should be.
    Ok,
    /// Could not be told, or may be meant so.
    Note,
    /// Does not work.
    Wrong,
}

impl Level {
    fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Note => "note",
            Self::Wrong => "WRONG",
        }
    }
}

/// The findings so far: about what, how it is, and what to do.
#[derive(Debug, Default)]
pub(crate) struct Findings(Vec<(Level, &'static str, String)>);

impl Findings {
    pub(crate) fn ok(&mut self, about: &'static str, text: impl Into<String>) {
        self.0.push((Level::Ok, about, text.into()));
    }

    pub(crate) fn note(&mut self, about: &'static str, text: impl Into<String>) {
        self.0.push((Level::Note, about, text.into()));
    }

    pub(crate) fn wrong(&mut self, about: &'static str, text: impl Into<String>) {
        self.0.push((Level::Wrong, about, text.into()));
    }

    /// Returns the number of those that are wrong.
    pub(crate) fn wrong_count(&self) -> usize {
        self.0.iter().filter(|(level, ..)| *level == Level::Wrong).count()
    }

    pub(crate) fn to_json(&self) -> Value {
        let list = self.0.iter().map(|(level, about, text)| {
            json!({ "level": level.name().to_lowercase(), "about": about, "text": text })
        });
        list.collect()
    }

    /// Writes them; an error if anything is wrong.
    pub(crate) fn write(
        &self,
        webhook_urls: &[(&str, String)],
        json: bool,
        out: &mut (dyn Write + Send),
    ) -> Result<(), Problem> {
        let wrong = self.wrong_count();
        if json {
            let urls: BTreeMap<_, _> = webhook_urls.iter().cloned().collect();
            let all = json!({ "ok": wrong == 0, "findings": self.to_json(), "webhook_urls": urls });
            writeln!(out, "{all}")?;
        } else {
            for (level, about, text) in &self.0 {
                writeln!(out, "{:<6} {about:<20} {text}", level.name())?;
            }
            for (vendor, url) in webhook_urls {
                writeln!(out, "webhook URL for {vendor}: {url}")?;
            }
            if webhook_urls.iter().any(|(_, url)| url.ends_with('…')) {
                writeln!(out, "(--show-secrets shows the tokens)")?;
            }
        }
        match wrong {
            0 => Ok(()),
            _ => Err(Problem::Failed(format!("{wrong} of the settings do not work"))),
        }
    }
}
