//! Snapshots of what customer, rep and HubSpot can see of a run.

use std::collections::BTreeMap;

use bridge_store::Queue;
use hubspot_sim::{Direction, Message, MessageKind, RecordView};
use opencx_sim::SessionView;

use crate::cases::Case;
use crate::stage::Stage;

/// Things that can be seen, with how many there are of each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot(pub BTreeMap<String, usize>);

/// The look itself.
struct Look<'a> {
    stage: &'a Stage,
    /// Words count too, and not only the number of things.
    words: bool,
    /// Ids, and what stands for them in every run.
    ids: Vec<(String, &'static str)>,
    seen: Snapshot,
}

impl Snapshot {
    /// Takes a snapshot.
    pub fn of(stage: &Stage, case: &Case) -> Self {
        let ids = vec![
            (stage.tag.clone(), "‹run›"),
            (crate::cases::phone(stage), "‹phone›"),
            (stage.portal_id().to_string(), "‹portal›"),
        ];
        let mut look = Look { stage, words: !case.may_lack_words, ids, seen: Self::default() };
        look.at_opencx();
        look.at_hubspot();
        look.at_queues();
        look.seen
    }

    /// Counts how often a part of a description is seen.
    pub fn count(&self, part: &str) -> usize {
        self.0.iter().map(|(thing, count)| thing.matches(part).count() * count).sum()
    }

    /// Counts the things whose description begins with this.
    pub fn number(&self, beginning: &str) -> usize {
        let of_kind = self.0.iter().filter(|(thing, _)| thing.starts_with(beginning));
        of_kind.map(|(_, count)| count).sum()
    }

    /// Lists the differences, seen from `expected`.
    pub fn difference(&self, expected: &Self) -> Vec<String> {
        let of =
            |snapshot: &Self, thing: &String| snapshot.0.get(thing).copied().unwrap_or_default();
        let things = self.0.keys().chain(expected.0.keys().filter(|it| !self.0.contains_key(*it)));
        let unlike = things.filter(|thing| of(self, thing) != of(expected, thing));
        let line = |thing: &String| {
            format!("{} instead of {}: {thing:?}", of(self, thing), of(expected, thing))
        };
        unlike.map(line).collect()
    }

    /// Lists what is there more often than in either of two others.
    pub fn surplus(&self, before: &Self, expected: &Self) -> Vec<String> {
        let of =
            |snapshot: &Self, thing: &String| snapshot.0.get(thing).copied().unwrap_or_default();
        let most = |thing: &String| of(before, thing).max(of(expected, thing));
        let over = self.0.iter().filter(|(thing, count)| **count > most(thing));
        over.map(|(thing, count)| format!("{count} instead of {}: {thing:?}", most(thing)))
            .collect()
    }
}

impl Look<'_> {
    fn see(&mut self, thing: &str) {
        // An id may be a part of a longer one.
        self.ids.sort_by_key(|(id, _)| std::cmp::Reverse(id.len()));
        let named =
            self.ids.iter().fold(without_hosts(thing), |text, (id, name)| text.replace(id, name));
        *self.seen.0.entry(named).or_default() += 1;
    }

    /// Something with words, which are left out where they may differ.
    fn see_words(&mut self, thing: &str, words: &str) {
        if self.words {
            self.see(&format!("{thing} {words}"));
        } else {
            self.see(&format!("{thing} "));
        }
    }

    fn is_of_run(&self, email: Option<&str>, phone: Option<&str>) -> bool {
        email.is_some_and(|email| email.contains(&self.stage.tag))
            || phone == Some(&crate::cases::phone(self.stage))
    }

    fn at_opencx(&mut self) {
        let opencx = &self.stage.world.opencx;
        let of_run = |session: &SessionView| {
            let contact = &session.contact;
            session.history.iter().any(|entry| entry.text.contains(&self.stage.tag))
                || self.is_of_run(contact.email.as_deref(), contact.phone_number.as_deref())
        };
        let sessions: Vec<_> = opencx.sessions().into_iter().filter(of_run).collect();
        self.ids.extend(sessions.iter().map(|session| (session.id.clone(), "‹session›")));
        // A session in which nothing was said is seen by nobody.
        for session in sessions.into_iter().filter(|session| !session.history.is_empty()) {
            self.see("session with words");
            self.see(&format!("session {:?}", session.status));
            let data = serde_json::Value::Object(session.custom_data.clone());
            self.see(&format!("session data {data}"));
            for entry in &session.history {
                self.see(&format!("said {:?} {}", entry.sender, entry.text));
            }
            for delivered in &session.delivered {
                self.see(&format!("delivered {}", delivered.text));
            }
        }
        for contact in opencx.contacts() {
            if self.is_of_run(contact.email.as_deref(), contact.phone_number.as_deref()) {
                let knows: Vec<&String> = contact.custom_data.keys().collect();
                self.see(&format!("OpenCX's customer with {knows:?}"));
            }
        }
    }

    fn at_hubspot(&mut self) {
        let portal = &self.stage.world.portal;
        let of_run = |contact: &RecordView| {
            self.is_of_run(Some(contact.get("email")), Some(contact.get("phone")))
        };
        let contacts: Vec<_> = portal.contacts().into_iter().filter(of_run).collect();
        self.ids.extend(contacts.iter().map(|contact| (contact.id.clone(), "‹contact›")));
        let is_theirs = |ids: &[String]| contacts.iter().any(|contact| ids.contains(&contact.id));
        for contact in &contacts {
            let get = |name| contact.get(name);
            let name = format!("{} {}", get("firstname"), get("lastname"));
            self.see_words(&format!("contact {}", get("email")), &name);
        }
        let tag = self.stage.tag.clone();
        let of_run = |ticket: &RecordView| {
            is_theirs(&ticket.contacts)
                || ticket.properties.values().any(|value| value.contains(&tag))
        };
        let tickets: Vec<_> = portal.tickets().into_iter().filter(of_run).collect();
        self.ids.extend(tickets.iter().map(|ticket| (ticket.id.clone(), "‹ticket›")));
        for ticket in &tickets {
            self.see_words(
                &format!("ticket {}", ticket.get("opencx_session_id")),
                ticket.get("subject"),
            );
            self.see(&format!("stage {}", ticket.get("hs_pipeline_stage")));
            self.see(&format!("owner {}", ticket.get("hubspot_owner_id")));
            self.see_words("content", ticket.get("content"));
        }
        let on_theirs = |note: &RecordView| {
            is_theirs(&note.contacts) || tickets.iter().any(|one| note.tickets.contains(&one.id))
        };
        for note in portal.notes().iter().filter(|note| on_theirs(note)) {
            self.see_words("note", note.get("hs_note_body"));
        }
        for thread in portal.threads() {
            // Without a contact a thread is known by its words.
            let has_words = || {
                let messages = portal.messages(&thread.id);
                contacts.is_empty() && messages.iter().any(|one| one.text().contains(&tag))
            };
            if is_theirs(std::slice::from_ref(&thread.associated_contact_id)) || has_words() {
                self.ids.push((thread.id.clone(), "‹thread›"));
                self.see(&format!("thread owner {}", thread.assigned_to.unwrap_or_default()));
                portal.messages(&thread.id).iter().for_each(|message| self.at_message(message));
            }
        }
    }

    fn at_message(&mut self, message: &Message) {
        self.ids.push((message.id.clone(), "‹message›"));
        let kind = match (message.kind, message.direction()) {
            (MessageKind::Comment, _) => "COMMENT",
            (MessageKind::Message, Some(Direction::Outgoing)) => "OUTGOING",
            (MessageKind::Message, _) => "INCOMING",
            _ => return,
        };
        let text = format!("{} {}", message.text(), message.rich_text().unwrap_or_default());
        self.see_words(kind, &text);
        for file in message.attachments.iter().flatten() {
            self.see(&format!("file {}", file["name"].as_str().unwrap_or_default()));
        }
    }

    fn at_queues(&mut self) {
        let group = format!("{}:", self.stage.tag);
        for queue in Queue::ALL.into_iter().filter(|queue| *queue != Queue::Parked) {
            let held = self.stage.world.aws.sqs.queue(queue.name()).expect("it exists").messages();
            for held in held.iter().filter(|held| held.message.group.starts_with(&group)) {
                let name = queue.name().trim_end_matches(".fifo");
                // By its group: a deduplication id may be a digest of what differs from run to run.
                self.see(&format!("queued {name} {}", held.message.group));
            }
        }
    }
}

/// The text with each address at this machine cut to its end, the name of a file.
fn without_hosts(text: &str) -> String {
    let words = text.split_inclusive(char::is_whitespace);
    let named = words.map(|word| match (word.starts_with("http://127.0.0.1"), word.rfind('/')) {
        (true, Some(slash)) => &word[slash..],
        _ => word,
    });
    named.collect()
}
