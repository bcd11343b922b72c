//! What a message says to OpenCX: its text, and its files as links.

use bridge_domain::hubspot::message::Message;
use bridge_opencx::{Attachment, Outgoing, Speaker};

/// The message as something to be said. One with files and no words names them,
/// since OpenCX takes no empty text.
pub(crate) fn outgoing(message: &Message, speaker: Speaker, text: String) -> Outgoing {
    let attachments: Vec<Attachment> = message.files().map(attachment).collect();
    let text = if text.trim().is_empty() {
        attachments.iter().map(|file| file.name.as_str()).collect::<Vec<_>>().join("\n")
    } else {
        text
    };
    Outgoing { speaker, text, attachments }
}

fn attachment((name, url): (&str, &str)) -> Attachment {
    let kind = mime_guess::from_path(name).first_or_octet_stream();
    Attachment { name: name.to_owned(), url: url.to_owned(), mime_type: kind.to_string() }
}
