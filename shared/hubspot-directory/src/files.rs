//! Files on their way: customers' into HubSpot, reps' out of it.

use std::time::Duration;

use bridge_domain::hubspot::message::Message;
use bridge_domain::ids::SessionId;
use bridge_domain::opencx::transcript::EntryAttachment;
use bridge_engine::{EventContext, Failure, Recovery};
use bridge_hubspot::{FileId, NewFile};
use bridge_vendor_http::CallError;
use bridge_vendor_http::remote_file::{NotFetched, RemoteFile, file_name};
use serde::{Deserialize, Serialize};

/// Most files of a message; further ones are shown as links.
const MOST_FILES: usize = 10;

/// The time for which a file is asked for whose host does not answer.
const PATIENCE: Duration = Duration::from_mins(1);

/// Files of a message: those that HubSpot has, and a line for each that it has not.
#[derive(Clone, Debug, Default)]
pub struct KeptFiles {
    /// In HubSpot.
    pub files: Vec<FileId>,
    /// In words for the rep.
    pub lines: Vec<String>,
}

impl KeptFiles {
    /// The text of a message with the lines of its files; the names of the files where a message
    /// has no other words.
    pub fn text(&self, text: &str, attachments: &[EntryAttachment]) -> String {
        let mut lines: Vec<&str> = vec![text.trim()];
        lines.extend(self.lines.iter().map(String::as_str));
        lines.retain(|line| !line.is_empty());
        let names: Vec<String> = attachments.iter().map(name_of).collect();
        if lines.is_empty() { names.join("\n") } else { lines.join("\n") }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kept {
    File(FileId),
    Line(String),
    /// Its host does not answer now.
    NotYet,
}

/// Brings a message's files into HubSpot, each in a step of its own. One that cannot be brought
/// there is a line with its link; one whose host does not answer is asked for again for a while.
pub async fn keep_files(
    context: &EventContext<'_>,
    session: &SessionId,
    message: &str,
    attachments: &[EntryAttachment],
) -> Result<KeptFiles, Failure> {
    let may_wait = context.age() < PATIENCE;
    keep_files_once(context, session, message, attachments, may_wait).await
}

/// As [`keep_files`]; `may_wait` says whether a host that does not answer is asked again.
pub async fn keep_files_once(
    context: &EventContext<'_>,
    session: &SessionId,
    message: &str,
    attachments: &[EntryAttachment],
    may_wait: bool,
) -> Result<KeptFiles, Failure> {
    let mut kept = KeptFiles::default();
    for (at, file) in attachments.iter().enumerate() {
        if at >= MOST_FILES {
            kept.lines.push(line(file, None));
            continue;
        }
        let step = format!("file {message} {}", at + 1);
        match context.step(&step, Recovery::Retry, keep(context, session, file, may_wait)).await? {
            Kept::File(id) => kept.files.push(id),
            Kept::Line(line) => kept.lines.push(line),
            Kept::NotYet => {
                context.forget_step(&step);
                return Err(Failure::Retry("the host of a file does not answer".to_owned()));
            }
        }
    }
    Ok(kept)
}

/// Passes a file on while it is read.
async fn keep(
    context: &EventContext<'_>,
    session: &SessionId,
    file: &EntryAttachment,
    may_wait: bool,
) -> Result<Kept, CallError> {
    let Some(url) = file.url.as_deref() else { return Ok(Kept::Line(line(file, None))) };
    let RemoteFile { mime_type, body, size } = match context.open_file(url).await {
        Ok(opened) => opened,
        Err(problem) if problem.is_transient() && may_wait => return Ok(Kept::NotYet),
        Err(problem) => return Ok(Kept::Line(line(file, Some(problem)))),
    };
    let name = file_name(Some(&name_of(file)), &mime_type);
    let folder = format!("/opencx/{session}");
    let new = NewFile { name: &name, folder: &folder, mime_type: &mime_type, body };
    match context.hubspot.upload(new).await {
        Ok(id) => Ok(Kept::File(id)),
        Err(_) if size.is_exceeded() => Ok(Kept::Line(line(file, Some(NotFetched::TooLarge)))),
        Err(error) if error.is_refused() => Ok(Kept::Line(line(file, None))),
        Err(error) => Err(error),
    }
}

/// The file's name, else the end of its address.
fn name_of(file: &EntryAttachment) -> String {
    let path = file.url.as_deref().and_then(|url| url.split(['?', '#']).next());
    let last = path.and_then(|path| path.rsplit('/').next());
    let name = file.name.as_deref().or(last).unwrap_or_default().trim();
    if name.is_empty() { "attachment".to_owned() } else { name.to_owned() }
}

/// A file that HubSpot has not, in words: its name, why, and its link.
fn line(file: &EntryAttachment, why: Option<NotFetched>) -> String {
    let link = file.url.as_deref().filter(|url| url.starts_with("https://"));
    let why = why.map(|why| format!(", {why}")).unwrap_or_default();
    format!("[file {}{why}: {}]", name_of(file), link.unwrap_or("no link"))
}

/// Gives the files of a rep's message addresses at which they can be fetched. Those that have one
/// keep it, unless they are private (`all`).
pub async fn sign_files(
    context: &EventContext<'_>,
    message: &mut Message,
    all: bool,
) -> Result<(), Failure> {
    for file in message.attachments.iter_mut().take(MOST_FILES) {
        let Some(id) = file.file_id.as_deref().filter(|_| all || file.link().is_none()) else {
            continue;
        };
        let id = FileId::new(id);
        let Some(signed) = context.hubspot.signed_url(&id).await? else {
            continue;
        };
        file.name = signed.full_name().or(file.name.take());
        file.url = Some(signed.url);
    }
    Ok(())
}

/// As [`sign_files`], with the pictures in the text of a rep, whom the portal knows; each in a
/// step of its own, so that the text is the same in each delivery of the event.
pub async fn sign_reply(
    context: &EventContext<'_>,
    message: &mut Message,
    all: bool,
) -> Result<(), Failure> {
    sign_files(context, message, all).await?;
    for picture in message.pictures().into_iter().take(MOST_FILES) {
        let Some(id) = picture.private_file().map(FileId::new) else { continue };
        let sign = context.hubspot.signed_url(&id);
        let step = format!("picture {}", id.as_str());
        let signed = context.step(&step, Recovery::Retry, sign).await?;
        let (Some(signed), Some(html)) = (signed, &mut message.rich_text) else { continue };
        let signed = signed.url.replace('&', "&amp;");
        *html = html.replace(&picture.url.replace('&', "&amp;"), &signed);
        *html = html.replace(&picture.url, &signed);
    }
    Ok(())
}
