//! The content of a HubSpot message as OpenCX takes it: its text, and its files as links.

use bridge_domain::hubspot::message::Message;

use crate::session::{Attachment, Outgoing, Speaker};

impl Outgoing {
    /// Turns a message of HubSpot, with its text, into something to be said. A mail without a body is read by its subject; files
    /// that cannot be fetched are named; one that consists of files names them, since OpenCX
    /// takes no empty text.
    pub fn of_message(message: &Message, speaker: Speaker, text: String) -> Self {
        let attachments = attachments(message);
        let mut lines: Vec<String> = Vec::new();
        if text.trim().is_empty() {
            lines.extend(message.subject().map(str::to_owned));
        } else {
            lines.push(text);
        }
        let without_link = message.files().filter(|file| file.link().is_none());
        lines.extend(without_link.map(|file| format!("[file without a link: {}]", file.title())));
        if lines.is_empty() {
            lines.extend(attachments.iter().map(|file| file.name.clone()));
        }
        Self { speaker, text: lines.join("\n"), attachments }
    }
}

fn attachments(message: &Message) -> Vec<Attachment> {
    let files = message.files().filter_map(|file| Some(attachment(file.title(), file.link()?)));
    let mut all: Vec<Attachment> = files.collect();
    for picture in message.pictures() {
        if all.iter().all(|known| known.url != picture.url) {
            let mut attached = attachment(&picture.name, &picture.url);
            if !attached.mime_type.starts_with("image/") {
                let path = picture.url.split(['?', '#']).next().unwrap_or_default();
                let by_address = mime_guess::from_path(path).first();
                let is_picture = by_address.filter(|kind| kind.type_() == "image");
                attached.mime_type =
                    is_picture.map_or("image/*".to_owned(), |kind| kind.to_string());
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
