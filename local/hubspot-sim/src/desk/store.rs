//! The threads of the portal and everything written in them.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::message::Content;
use super::{Channel, Client, Direction, Message, MessageKind, Party, Thread};
use crate::clock;
use crate::error::ApiError;

/// Ids beyond 32 bits, as HubSpot's are.
const FIRST_THREAD: u64 = 6_065_362_089;
const FIRST_VISITOR: u64 = 880_000_001;

/// All conversations.
#[derive(Debug)]
pub(crate) struct Desk {
    threads: BTreeMap<u64, Thread>,
    messages: BTreeMap<u64, Vec<Message>>,
    next_thread: u64,
    next_visitor: u64,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self {
            threads: BTreeMap::new(),
            messages: BTreeMap::new(),
            next_thread: FIRST_THREAD,
            next_visitor: FIRST_VISITOR,
        }
    }

    pub(crate) fn open(&mut self, channel: Channel, contact: String, customer: Party) -> u64 {
        let id = self.next_thread;
        self.next_thread += 1;
        self.threads.insert(id, Thread::new(id, channel, contact, customer));
        self.messages.insert(id, Vec::new());
        id
    }

    /// An id for a visitor who is not a contact.
    pub(crate) fn visitor(&mut self) -> u64 {
        self.next_visitor += 1;
        self.next_visitor - 1
    }

    pub(crate) fn threads(&self) -> impl DoubleEndedIterator<Item = &Thread> {
        self.threads.values()
    }

    /// The thread with this id, archived or not.
    pub(crate) fn any_thread(&self, id: &str) -> Result<&Thread, ApiError> {
        let number = id.parse().unwrap_or(0);
        self.threads.get(&number).ok_or_else(|| no_thread(id))
    }

    /// A thread that is not archived.
    pub(crate) fn thread(&self, id: &str) -> Result<&Thread, ApiError> {
        self.any_thread(id).ok().filter(|thread| !thread.archived).ok_or_else(|| no_thread(id))
    }

    pub(crate) fn thread_mut(&mut self, id: &str) -> Result<&mut Thread, ApiError> {
        let number = id.parse().unwrap_or(0);
        self.threads.get_mut(&number).ok_or_else(|| no_thread(id))
    }

    /// The entries of a thread, oldest first.
    pub(crate) fn messages(&self, thread: &str) -> &[Message] {
        let number = thread.parse().unwrap_or(0);
        self.messages.get(&number).map(Vec::as_slice).unwrap_or_default()
    }

    pub(crate) fn message(&self, thread: &str, id: &str) -> Result<&Message, ApiError> {
        self.thread(thread)?;
        let found = self.messages(thread).iter().find(|message| message.id == id);
        found.ok_or_else(|| ApiError::not_found(format!("Message {id} not found in {thread}")))
    }

    /// Writes an entry into a thread and stamps the thread with its time.
    pub(crate) fn append(
        &mut self,
        thread: &str,
        kind: MessageKind,
        author: Author,
        content: Content,
    ) -> Result<Message, ApiError> {
        let number = thread.parse().unwrap_or(0);
        let held = self.threads.get_mut(&number).ok_or_else(|| no_thread(thread))?;
        let now = clock::now_iso();
        if kind == MessageKind::Message {
            stamp(held, &content, &now);
        }
        let message = Message {
            kind,
            id: Uuid::new_v4().simple().to_string(),
            thread: thread.to_owned(),
            created_at: now,
            created_by: author.created_by,
            client: author.client,
            senders: author.senders,
            recipients: author.recipients,
            archived: false,
            content,
        };
        self.messages.entry(number).or_default().push(message.clone());
        Ok(message)
    }
}

/// Who wrote an entry, to whom, and with what.
#[derive(Debug)]
pub(crate) struct Author {
    pub(crate) created_by: String,
    pub(crate) client: Client,
    pub(crate) senders: Vec<Party>,
    pub(crate) recipients: Vec<Party>,
}

fn stamp(thread: &mut Thread, content: &Content, now: &str) {
    let now = Some(now.to_owned());
    match content.direction {
        Some(Direction::Incoming) => thread.latest_message_received_timestamp.clone_from(&now),
        _ => thread.latest_message_sent_timestamp.clone_from(&now),
    }
    thread.latest_message_timestamp = now;
}

fn no_thread(id: &str) -> ApiError {
    ApiError::not_found(format!("Thread {id} not found"))
}
