//! A rep's message as OpenCX takes it: its text, and its files as links.

use bridge_domain::hubspot::message::Message;
use bridge_domain::opencx::events::Channel;
use bridge_domain::rules::rep_reply::reply_text;
use bridge_opencx::{Attachment, Outgoing, Speaker};

/// The message as something to be said. One that consists of files names them, since OpenCX
/// takes no empty text.
pub(crate) fn outgoing(
    message: &Message,
    channel: Option<Channel>,
    name: Option<String>,
    attachments: Vec<Attachment>,
) -> Outgoing {
    let mut lines = vec![reply_text(message, channel, None)];
    let without_link = message.files().filter(|file| file.link().is_none());
    lines.extend(without_link.map(|file| format!("[file without a link: {}]", file.title())));
    lines.retain(|line| !line.trim().is_empty());
    if lines.is_empty() {
        lines.extend(attachments.iter().map(|file| file.name.clone()));
    }
    Outgoing { speaker: Speaker::Agent(name), text: lines.join("\n"), attachments }
}

/// The files and the pictures in the text that have an address.
pub(crate) fn attachments(message: &Message) -> Vec<Attachment> {
    let files = message.files().filter_map(|file| Some(attachment(file.title(), file.link()?)));
    let mut all: Vec<Attachment> = files.collect();
    for picture in message.pictures() {
        if all.iter().all(|known| known.url != picture.url) {
            let mut attached = attachment(&picture.name, &picture.url);
            if !attached.mime_type.starts_with("image/") {
                "image/*".clone_into(&mut attached.mime_type);
            }
            all.push(attached);
        }
    }
    all
}

fn attachment(name: &str, url: &str) -> Attachment {
    let kind = mime_guess::from_path(name).first_or_octet_stream();
    Attachment { name: name.to_owned(), url: url.to_owned(), mime_type: kind.to_string() }
}
