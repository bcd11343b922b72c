//! Whatever happens in whatever order, delivered however often: the customer's side
//! shows each public message once, in order, and no private one.

use std::cell::Cell;
use std::time::Duration;

use bridge_domain::text::markdown_to_text::markdown_to_text;
use hubspot_sim::{Channel, Direction, Message, MessageRef};
use opencx_sim::Sender;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;
use tests::{Bridge, ann, options, seen};
use tokio::runtime::Handle;

#[derive(Clone, Copy, Debug)]
enum Act {
    Customer,
    Rep,
    Comment,
    /// Lets what is under way come to its end before it goes on.
    Rest,
    /// An earlier message is announced again this often, by either name.
    Again {
        which: usize,
        times: usize,
    },
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        4 => Just(Act::Customer),
        2 => Just(Act::Rep),
        2 => Just(Act::Comment),
        1 => Just(Act::Rest),
        3 => (0_usize..8, 1_usize..10).prop_map(|(which, times)| Act::Again { which, times }),
    ];
    proptest::collection::vec(act, 1..9)
}

/// The messages written in one thread.
struct Story<'a> {
    bridge: &'a Bridge,
    name: String,
    thread: String,
    posted: Vec<MessageRef>,
    public: Vec<(Sender, String)>,
}

impl<'a> Story<'a> {
    fn begin(bridge: &'a Bridge, name: String) -> Self {
        let first = format!("{name} first");
        let message =
            bridge.portal().customer_writes(ann(Channel::LiveChat, None, &first)).unwrap();
        let thread = message.thread.clone();
        let public = vec![(Sender::Contact, first)];
        Self { bridge, name, thread, posted: vec![message], public }
    }

    async fn perform(&mut self, at: usize, act: Act) {
        let (portal, thread) = (self.bridge.portal(), self.thread.clone());
        let text = format!("{} {at}", self.name);
        match act {
            Act::Customer => {
                let message = ann(Channel::LiveChat, Some(&thread), &text);
                self.posted.push(portal.customer_writes(message).unwrap());
                self.public.push((Sender::Contact, text));
            }
            Act::Rep => {
                self.posted.push(portal.rep_replies(&thread, 222, &text, None).unwrap());
                self.public.push((Sender::HumanAgent, text));
            }
            Act::Comment => {
                let private = format!("PRIVATE {text}");
                self.posted.push(portal.rep_comments(&thread, 222, &private).unwrap());
            }
            Act::Rest => self.bridge.quiet().await,
            Act::Again { which, times } => {
                let again = self.posted[which % self.posted.len()].clone();
                self.announced(&again).await;
                (0..times).for_each(|time| self.announce(at, time, &again));
            }
        }
    }

    /// Waits until the bridge was told of a message: before that, nothing is a repeat.
    async fn announced(&self, message: &MessageRef) {
        let tells = |one: &hubspot_sim::Delivery| {
            one.status == Some(200) && one.body.to_string().contains(&message.message)
        };
        let told = || self.bridge.portal().deliveries().iter().any(tells).then_some(());
        seen("the first delivery of a message", told).await;
    }

    /// Puts a message on its queue once more, past SQS's own deduplication.
    fn announce(&self, at: usize, time: usize, message: &MessageRef) {
        let name = ["conversation.newMessage", "conversation.messageCreated"][time % 2];
        let body = json!({ "org": "acme", "event": name, "thread": message.thread,
                           "message": message.message });
        let again = sqs_sim::NewMessage {
            body: body.to_string(),
            group: format!("acme:{}", message.thread),
            deduplication_id: format!("{}:{at}:{time}", message.thread),
            attributes: std::collections::BTreeMap::new(),
        };
        self.bridge.stack().sqs().queue("messages.fifo").unwrap().send(again).unwrap();
    }

    async fn check(&self) {
        let (_, last) = self.public.last().unwrap();
        seen("the last public message", || self.said(last)).await;
        self.bridge.quiet().await;
        let sessions = self.bridge.opencx().sessions().into_iter();
        let of_thread = |session: &opencx_sim::SessionView| {
            session.history.iter().any(|entry| entry.text.starts_with(&self.name))
        };
        let sessions: Vec<_> = sessions.filter(of_thread).collect();
        assert_eq!(sessions.len(), 1, "one session for the thread");
        let history = &sessions[0].history;
        let people = history.iter().filter(|entry| entry.sender != Sender::Ai);
        let said: Vec<_> = people.map(|entry| (entry.sender, entry.text.clone())).collect();
        assert_eq!(said, self.public, "each public message once, in order, and nothing else");
        let by_ai = history.iter().filter(|entry| entry.sender == Sender::Ai);
        let meant: Vec<_> = by_ai.map(|entry| markdown_to_text(&entry.text)).collect();
        assert_eq!(self.shown_by_ai(), meant, "each answer once, in order");
    }

    fn said(&self, text: &str) -> Option<()> {
        let sessions = self.bridge.opencx().sessions();
        let mut all = sessions.iter().flat_map(|session| &session.history);
        all.any(|entry| entry.text == text).then_some(())
    }

    fn shown_by_ai(&self) -> Vec<String> {
        let by_ai = |message: &Message| {
            message.direction() == Some(Direction::Outgoing) && message.sender() == Some("A-111")
        };
        let all = self.bridge.portal().messages(&self.thread).into_iter();
        all.filter(by_ai).map(|message| message.text().to_owned()).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_interleaving_shows_each_public_message_once_in_order_and_no_private_one() {
    let bridge = Bridge::with(|changed| {
        *changed = options();
        let bridge_local::environment::Source::Simulated(portal) = &mut changed.hubspot else {
            return;
        };
        portal.rate_limit = 1_000_000;
        portal.repeat_every = Some(3);
        portal.also_message_created = true;
        // HubSpot keeps no order between deliveries; within one there is.
        portal.batch_wait = Duration::from_millis(100);
        let bridge_local::environment::Source::Simulated(opencx) = &mut changed.opencx else {
            return;
        };
        opencx.repeat_every = Some(2);
    })
    .await;
    let handle = Handle::current();
    tokio::task::block_in_place(|| {
        let config = Config {
            cases: 20,
            max_shrink_iters: 20,
            failure_persistence: None,
            ..Config::default()
        };
        let case = Cell::new(0);
        TestRunner::new(config)
            .run(&acts(), |acts| {
                case.set(case.get() + 1);
                let name = format!("c{}:", case.get());
                handle.block_on(async {
                    let mut story = Story::begin(&bridge, name);
                    for (at, act) in acts.into_iter().enumerate() {
                        story.perform(at, act).await;
                    }
                    story.check().await;
                });
                Ok(())
            })
            .unwrap();
    });
    let private = |call: &opencx_sim::Call| {
        call.body.as_ref().is_some_and(|body| body.to_string().contains("PRIVATE"))
    };
    assert!(!bridge.opencx().calls().iter().any(private), "no private message left HubSpot");
}
