//! `reply-sync`: what customers and reps write in HubSpot.

use bridge_local::demo::DEFAULT_REP;
use bridge_store::Queue;
use hubspot_sim::{Channel, MessageRef};

use super::{AS_IS, Case, PortalIs};
use crate::event::Event;
use crate::stage::{PRIVATE, Stage, WORD};

pub const CASES: &[Case] = &[
    Case {
        function: "reply-sync",
        name: "customer in a new thread",
        portal: PortalIs::Known,
        settings: AS_IS,
        set: |stage| {
            Box::pin(async {
                let posted = stage.writes(Channel::LiveChat, None, "where is my order?");
                Event::Message(stage.posted(&posted, Queue::Messages))
            })
        },
        shows: &[("session with words", 1), ("said Contact", 1)],
        may_lack_words: false,
    },
    Case {
        function: "reply-sync",
        name: "customer in a known thread",
        portal: PortalIs::Known,
        settings: AS_IS,
        set: |stage| {
            Box::pin(async {
                let thread = known_thread(stage).await;
                let posted = stage.writes(Channel::LiveChat, Some(&thread), "and when?");
                Event::Message(stage.posted(&posted, Queue::Messages))
            })
        },
        shows: &[("session with words", 1), ("and when?", 2)],
        may_lack_words: false,
    },
    Case {
        function: "reply-sync",
        name: "customer by email",
        portal: PortalIs::Known,
        settings: AS_IS,
        set: |stage| {
            Box::pin(async {
                let posted = stage.writes(Channel::Email, None, "where is my order?");
                Event::Message(stage.posted(&posted, Queue::Messages))
            })
        },
        shows: &[("session with words", 1), ("said Contact", 1), ("queued email-messages", 1)],
        may_lack_words: false,
    },
    Case {
        function: "reply-sync",
        name: "customer at length",
        portal: PortalIs::Known,
        settings: AS_IS,
        set: |stage| {
            Box::pin(async {
                let posted = stage.writes(Channel::LiveChat, None, &"where is it? ".repeat(2_000));
                Event::Message(stage.posted(&posted, Queue::Messages))
            })
        },
        shows: &[("session with words", 1), ("where is it?", 4_000)],
        may_lack_words: false,
    },
    Case {
        function: "reply-sync",
        name: "rep in public",
        portal: PortalIs::Known,
        settings: AS_IS,
        set: |stage| Box::pin(async { by_rep(stage, Portal::Reply, "tomorrow").await }),
        shows: &[("said HumanAgent", 1)],
        may_lack_words: false,
    },
    Case {
        function: "reply-sync",
        name: "rep in private",
        portal: PortalIs::Known,
        settings: AS_IS,
        set: |stage| Box::pin(async { by_rep(stage, Portal::Comment, PRIVATE).await }),
        shows: &[("said HumanAgent", 0), ("COMMENT", 1)],
        may_lack_words: false,
    },
];

enum Portal {
    Reply,
    Comment,
}

/// A thread whose first message the AI has heard.
async fn known_thread(stage: &Stage) -> String {
    let MessageRef { thread, message } = stage.writes(Channel::LiveChat, None, "hello");
    let first = MessageRef { thread: thread.clone(), message };
    stage.before(stage.posted(&first, Queue::Messages)).await;
    thread
}

async fn by_rep(stage: &Stage, how: Portal, text: &str) -> Event {
    let thread = known_thread(stage).await;
    let portal = &stage.world.portal;
    let text = format!("{text} {WORD} {}", stage.tag);
    let posted = match how {
        Portal::Reply => portal.rep_replies(&thread, DEFAULT_REP, &text, None),
        Portal::Comment => portal.rep_comments(&thread, DEFAULT_REP, &text),
    };
    Event::Message(stage.posted(&posted.expect("a rep may write"), Queue::Messages))
}
