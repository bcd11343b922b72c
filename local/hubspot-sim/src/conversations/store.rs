//! The threads of the portal and everything written in them.

use std::collections::BTreeMap;

use sim_kit::clock;
use uuid::Uuid;

use super::{Accounts, Channel, Direction, Message, MessageKind, MessageStatus, Thread};
use crate::error::ApiError;

/// Ids beyond 32 bits, as HubSpot's are.
const FIRST_THREAD: u64 = 6_065_362_089;
const FIRST_VISITOR: u64 = 880_000_001;

/// All conversations.
#[derive(Debug, Default)]
pub(crate) struct Conversations {
    threads: BTreeMap<u64, (Thread, Vec<Message>)>,
    pub(crate) accounts: Accounts,
    opened: u64,
    visitors: u64,
}

impl Conversations {
    /// Adds a thread, which gets an id and the time of its start.
    pub(crate) fn open(&mut self, thread: Thread) -> u64 {
        let id = FIRST_THREAD + self.opened;
        self.opened += 1;
        let thread = Thread { id: id.to_string(), created_at: clock::now_iso(), ..thread };
        self.threads.insert(id, (thread, Vec::new()));
        id
    }

    /// Makes an id for a visitor who is not a contact.
    pub(crate) fn new_visitor(&mut self) -> u64 {
        self.visitors += 1;
        FIRST_VISITOR + self.visitors - 1
    }

    pub(crate) fn threads(&self) -> impl Iterator<Item = &Thread> {
        self.threads.values().map(|(thread, _)| thread)
    }

    /// Returns a thread that is not archived.
    pub(crate) fn thread(&self, id: &str) -> Result<&Thread, ApiError> {
        let found = id.parse().ok().and_then(|id: u64| self.threads.get(&id));
        let thread = found.map(|(thread, _)| thread).filter(|thread| !thread.archived);
        thread.ok_or_else(|| no_thread(id))
    }

    pub(crate) fn thread_mut(&mut self, id: &str) -> Result<&mut Thread, ApiError> {
        self.entry(id).map(|(thread, _)| thread)
    }

    /// Returns the entries of a thread, oldest first; none for a thread that is not there.
    pub(crate) fn messages(&self, thread: &str) -> &[Message] {
        let found = thread.parse().ok().and_then(|id: u64| self.threads.get(&id));
        found.map(|(_, messages)| messages.as_slice()).unwrap_or_default()
    }

    pub(crate) fn message(&self, thread: &str, id: &str) -> Result<&Message, ApiError> {
        self.thread(thread)?;
        let found = self.messages(thread).iter().find(|message| message.id == id);
        found.ok_or_else(|| ApiError::not_found(format!("Message {id} not found in {thread}")))
    }

    /// Finds a message in any thread.
    pub(crate) fn message_by_id(&self, id: &str) -> Option<&Message> {
        self.threads.values().flat_map(|(_, messages)| messages).find(|one| one.id == id)
    }

    pub(crate) fn set_message_status(
        &mut self,
        id: &str,
        status: MessageStatus,
    ) -> Result<&Message, ApiError> {
        let mut all = self.threads.values_mut().flat_map(|(_, messages)| messages);
        let found = all.find(|one| one.id == id);
        let message =
            found.ok_or_else(|| ApiError::not_found(format!("Message {id} not found")))?;
        message.status = Some(status);
        Ok(message)
    }

    /// Appends an entry to a thread, with an id and the time, which the thread gets too.
    pub(crate) fn append(&mut self, thread: &str, entry: Message) -> Result<Message, ApiError> {
        let (held, messages) = self.entry(thread)?;
        let now = clock::now_iso();
        if entry.kind == MessageKind::Message {
            held.latest_message_timestamp = Some(now.clone());
            match entry.direction {
                Some(Direction::Incoming) => {
                    held.latest_message_received_timestamp = Some(now.clone());
                }
                _ => held.latest_message_sent_timestamp = Some(now.clone()),
            }
        }
        let id = Uuid::new_v4().simple().to_string();
        let message = Message { id, thread: thread.to_owned(), created_at: now, ..entry };
        messages.push(message.clone());
        Ok(message)
    }

    /// Removes a thread and everything in it.
    pub(crate) fn erase(&mut self, id: &str) -> Result<(), ApiError> {
        let removed = id.parse().ok().and_then(|id: u64| self.threads.remove(&id));
        removed.map(|_| ()).ok_or_else(|| no_thread(id))
    }

    /// Replaces the portal's account on a channel, also in the threads that came by it.
    pub(crate) fn reconnect(&mut self, channel: Channel) {
        self.accounts.reconnect(channel);
        let account = self.accounts.id(channel);
        for (thread, _) in self.threads.values_mut() {
            if thread.original_channel_id == channel.id() {
                thread.original_channel_account_id.clone_from(&account);
            }
        }
    }

    fn entry(&mut self, id: &str) -> Result<&mut (Thread, Vec<Message>), ApiError> {
        let found = id.parse().ok().and_then(|id: u64| self.threads.get_mut(&id));
        found.filter(|(thread, _)| !thread.archived).ok_or_else(|| no_thread(id))
    }
}

fn no_thread(id: &str) -> ApiError {
    ApiError::not_found(format!("Thread {id} not found"))
}
