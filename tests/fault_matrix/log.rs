//! The log of all runs: nothing that people wrote may be in it, nor a secret.

use std::io::{self, Write};
use std::sync::Mutex;
use std::sync::PoisonError;

use tracing_subscriber::filter::{LevelFilter, Targets};

use crate::stage::WORD;

/// Texts that must not be in the log: the word that all texts hold, tokens and keys.
const SECRETS: [&str; 4] = [WORD, "pat-na1", "opencx-demo-key", "demo-webhook-token"];

static FOUND: Mutex<Vec<String>> = Mutex::new(Vec::new());

struct Reader;

impl Write for Reader {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        if SECRETS.iter().any(|secret| text.contains(secret)) {
            FOUND.lock().unwrap_or_else(PoisonError::into_inner).push(text.into_owned());
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Reads the log of this process, as detailed as an operator can have it.
pub fn read() {
    bridge_lambda::log_to(|| Reader, Targets::new().with_default(LevelFilter::DEBUG));
}

/// The lines that must not be there.
pub fn found() -> Vec<String> {
    FOUND.lock().unwrap_or_else(PoisonError::into_inner).clone()
}
