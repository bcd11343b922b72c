//! Both transports at once: a conversation on a Custom Channel and one in a chat or mail of
//! HubSpot's own, whatever is said in whatever order, and delivered more than once.

use std::cell::Cell;
use std::time::Duration;

use bridge_domain::text::markdown_to_text::markdown_to_text;
use bridge_local::environment::Source;
use hubspot_sim::{DEMO_ACCOUNTS, DEMO_CHANNEL, Direction, MessageKind};
use opencx_sim::{AgentMessage, Contact, ContactMessage, HistoryMessage, Sender};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::json;
use tests::{Bridge, ann, options, seen};
use tokio::runtime::Handle;

use super::{REP, opencx_tells};

#[derive(Clone, Copy, Debug)]
enum Act {
    Customer,
    Agent,
    Rep,
    Comment,
    InOwn,
    RepInOwn,
    Rest,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        3 => Just(Act::Customer),
        2 => Just(Act::Agent),
        3 => Just(Act::Rep),
        2 => Just(Act::Comment),
        1 => Just(Act::InOwn),
        1 => Just(Act::RepInOwn),
        1 => Just(Act::Rest),
    ];
    proptest::collection::vec(act, 1..10)
}

/// A customer on WhatsApp, who has a chat or mail in HubSpot as well.
struct Mixed<'a> {
    bridge: &'a Bridge,
    session: String,
    thread: String,
    /// A thread of HubSpot's own, a chat or mail, and what was written there.
    own: String,
    in_own: Vec<String>,
    by_reps: Vec<String>,
    by_reps_in_own: Vec<String>,
}

impl<'a> Mixed<'a> {
    async fn begin(bridge: &'a Bridge, case: usize) -> Self {
        let contact =
            Contact { phone_number: Some(format!("+49151123450{case:02}")), ..Contact::default() };
        let (channel, text) = (opencx_sim::Channel::Whatsapp, format!("first {case}"));
        let first = ContactMessage { channel, contact, text: text.clone(), ..Default::default() };
        let session = bridge.opencx().customer_writes(first).unwrap();
        let thread = seen("the thread of the session", || {
            let threads = bridge.portal().threads().into_iter();
            let mut threads = threads.filter(|thread| {
                bridge.portal().messages(&thread.id).iter().any(|one| one.text() == text)
            });
            threads.next()
        })
        .await;
        let channel = channel_of(case);
        let first = format!("own {case}");
        let own = bridge.portal().customer_writes(ann(channel, None, &first)).unwrap().thread;
        bridge.quiet().await;
        let (thread, in_own) = (thread.id, vec![first]);
        Self { bridge, session, thread, own, in_own, by_reps: vec![], by_reps_in_own: vec![] }
    }

    async fn perform(&mut self, at: usize, act: Act) {
        let (portal, opencx) = (self.bridge.portal(), self.bridge.opencx());
        let text = format!("{act:?} {at}");
        match act {
            Act::Customer => {
                let session = Some(self.session.clone());
                let message = ContactMessage { session, text, ..Default::default() };
                opencx.customer_writes(message).unwrap();
            }
            Act::Agent => {
                let message = AgentMessage { text, ..AgentMessage::default() };
                opencx.agent_writes(&self.session, message).unwrap();
            }
            Act::Rep => {
                portal.rep_replies(&self.thread, REP, &text, None).unwrap();
                self.by_reps.push(text);
            }
            Act::Comment => {
                for thread in [&self.thread, &self.own] {
                    portal.rep_comments(thread, REP, &format!("PRIVATE {text}")).unwrap();
                }
            }
            Act::InOwn => {
                let channel = portal.thread(&self.own).unwrap().channel;
                portal.customer_writes(ann(channel, Some(&self.own), &text)).unwrap();
                self.in_own.push(text);
            }
            Act::RepInOwn => {
                portal.rep_replies(&self.own, REP, &text, None).unwrap();
                self.by_reps_in_own.push(text);
            }
            Act::Rest => self.bridge.quiet().await,
        }
    }

    /// HubSpot's thread and OpenCX's session hold the same, each thing once, and what was said in
    /// OpenCX in its order.
    async fn check(&self) {
        self.bridge.quiet().await;
        let history = self.bridge.opencx().session(&self.session).unwrap().history;
        let of = |sender| {
            let said = history.iter().filter(move |one: &&HistoryMessage| one.sender == sender);
            said.map(|one| markdown_to_text(&one.text)).collect::<Vec<_>>()
        };
        let messages = self.bridge.portal().messages(&self.thread);
        let shown = |direction| {
            let of_side = messages.iter().filter(move |one| {
                one.kind == MessageKind::Message && one.direction() == Some(direction)
            });
            of_side.map(|one| one.text().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(shown(Direction::Incoming), of(Sender::Contact));
        let outgoing = shown(Direction::Outgoing);
        for (sender, expected) in
            [(Sender::Ai, of(Sender::Ai)), (Sender::HumanAgent, of(Sender::HumanAgent))]
        {
            let theirs: Vec<_> = outgoing.iter().filter(|text| expected.contains(text)).collect();
            assert_eq!(theirs.len(), expected.len(), "{sender:?}: {outgoing:?} {expected:?}");
        }
        let by_agents = of(Sender::HumanAgent);
        // HubSpot keeps no order between deliveries.
        let by_reps = by_agents.iter().filter(|text| text.starts_with("Rep ")).cloned();
        let (mut by_reps, mut expected) = (by_reps.collect::<Vec<_>>(), self.by_reps.clone());
        by_reps.sort_unstable();
        expected.sort_unstable();
        assert_eq!(by_reps, expected, "each once");
        assert_eq!(outgoing.len(), of(Sender::Ai).len() + by_agents.len(), "{outgoing:?}");
        self.check_own();
    }

    /// The session of HubSpot's own thread heard each message of the customer and of the reps
    /// once, and nothing of the Custom Channel.
    fn check_own(&self) {
        let sessions = self.bridge.opencx().sessions();
        let first = &self.in_own[0];
        let is_it = |one: &&opencx_sim::SessionView| first_line(&one.history[0].text) == *first;
        let session = sessions.iter().find(is_it).unwrap();
        for (sender, expected) in
            [(Sender::Contact, &self.in_own), (Sender::HumanAgent, &self.by_reps_in_own)]
        {
            let heard = session.history.iter().filter(|one| one.sender == sender);
            let mut heard: Vec<_> = heard.map(|one| first_line(&one.text)).collect();
            let mut expected: Vec<_> = expected.iter().map(String::as_str).collect();
            // HubSpot keeps no order between deliveries.
            heard.sort_unstable();
            expected.sort_unstable();
            assert_eq!(heard, expected, "{sender:?}");
        }
    }
}

/// A mail may have more below its words.
fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default().trim()
}

/// Every other customer writes mail.
fn channel_of(case: usize) -> hubspot_sim::Channel {
    if case.is_multiple_of(2) {
        hubspot_sim::Channel::Email
    } else {
        hubspot_sim::Channel::LiveChat
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_transports_at_once_show_each_message_once_on_either_side() {
    let bridge = Bridge::with(|changed| {
        *changed = options();
        let account = json!({ "channel_id": DEMO_CHANNEL, "account_id": DEMO_ACCOUNTS[0].1 });
        changed.settings[0]["channels"] = json!({ "whatsapp": account, "mirror": "always" });
        changed.settings[0]["max_ai_replies"] = 1_000.into();
        let Source::Simulated(portal) = &mut changed.hubspot else { return };
        portal.rate_limit = 1_000_000;
        portal.repeat_every = Some(3);
        portal.batch_wait = Duration::from_millis(50);
        let Source::Simulated(opencx) = &mut changed.opencx else { return };
        opencx.repeat_every = Some(2);
        opencx.message_events = true;
    })
    .await;
    let path = format!("{}/channel", bridge_local::demo::webhook_path());
    bridge.portal().set_channel_webhook_url(DEMO_CHANNEL, Some(bridge.url(&path))).unwrap();
    opencx_tells(&bridge);
    let handle = Handle::current();
    tokio::task::block_in_place(|| {
        let (max_shrink_iters, failure_persistence) = (10, None);
        let config =
            Config { cases: 8, max_shrink_iters, failure_persistence, ..Config::default() };
        let case = Cell::new(0);
        TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
            .run(&acts(), |acts| {
                case.set(case.get() + 1);
                handle.block_on(async {
                    let mut mixed = Mixed::begin(&bridge, case.get()).await;
                    for (at, act) in acts.into_iter().enumerate() {
                        mixed.perform(at, act).await;
                    }
                    mixed.check().await;
                });
                Ok(())
            })
            .unwrap();
    });
    let private = |call: &opencx_sim::Call| {
        call.body.as_ref().is_some_and(|body| body.to_string().contains("PRIVATE"))
    };
    assert!(!bridge.opencx().calls().iter().any(private), "nothing private left HubSpot");
}
