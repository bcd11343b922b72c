//! Whatever happens in whatever order, delivered however often, over two threads: each
//! customer's side shows what is theirs once, in order, and nothing that is not.

use std::cell::Cell;
use std::time::Duration;

use bridge_domain::text::markdown_to_text::markdown_to_text;
use bridge_local::environment::Source;
use hubspot_sim::{Channel, CustomerMessage, Direction, Message, MessageRef, RepMessage};
use opencx_sim::Sender;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::json;
use tests::{Bridge, ann, options, seen};
use tokio::runtime::Handle;

/// A text that no customer may ever hear of begins with this.
const PRIVATE: &str = "PRIVATE";

#[derive(Clone, Copy, Debug)]
enum Act {
    Customer,
    Rep,
    /// A rep writes to a supplier, with a colleague in copy.
    Forward,
    Comment,
    /// HubSpot's automation writes in a rep's name.
    Automation,
    /// Another participant writes: a human gets the thread.
    Participant,
    /// The customer's autoresponder writes.
    Autoresponder,
    /// A human gives the thread back to the AI.
    GiveBack,
    /// Lets what is under way come to its end before it goes on.
    Rest,
    /// An earlier message is announced again this often, by either name.
    Again {
        which: usize,
        times: usize,
    },
}

/// Acts, each in the first or the second thread.
fn acts() -> impl Strategy<Value = Vec<(usize, Act)>> {
    let act = prop_oneof![
        4 => Just(Act::Customer),
        2 => Just(Act::Rep),
        2 => Just(Act::Forward),
        2 => Just(Act::Comment),
        1 => Just(Act::Automation),
        2 => Just(Act::Participant),
        1 => Just(Act::Autoresponder),
        2 => Just(Act::GiveBack),
        1 => Just(Act::Rest),
        3 => (0_usize..8, 1_usize..10).prop_map(|(which, times)| Act::Again { which, times }),
    ];
    proptest::collection::vec((0_usize..2, act), 1..14)
}

/// A thread, and what its customer's side must show.
struct Conversation<'a> {
    bridge: &'a Bridge,
    name: String,
    address: String,
    thread: String,
    posted: Vec<MessageRef>,
    owed: Vec<(Sender, String)>,
    /// The thread is a human's since a participant wrote.
    is_humans: bool,
    was_humans: bool,
}

impl<'a> Conversation<'a> {
    fn begin(bridge: &'a Bridge, name: String, address: &str) -> Self {
        let first = format!("{name} first");
        let message = CustomerMessage {
            email: Some(address.to_owned()),
            ..ann(Channel::Email, None, &first)
        };
        let message = bridge.portal().customer_writes(message).unwrap();
        let thread = message.thread.clone();
        let owed = vec![(Sender::Contact, first)];
        let address = address.to_owned();
        let (is_humans, was_humans) = (false, false);
        Self { bridge, name, address, thread, posted: vec![message], owed, is_humans, was_humans }
    }

    async fn perform(&mut self, at: usize, act: Act) {
        let (portal, thread) = (self.bridge.portal(), self.thread.clone());
        let text = format!("{} {at}", self.name);
        let private = format!("{PRIVATE} {text}");
        match act {
            Act::Customer => {
                self.posted.push(portal.customer_writes(self.mail(&self.address, &text)).unwrap());
                if !self.is_humans {
                    self.owed.push((Sender::Contact, text));
                }
            }
            Act::Rep => {
                self.posted.push(portal.rep_replies(&thread, 222, &text, None).unwrap());
                self.owed.push((Sender::HumanAgent, text));
            }
            Act::Forward => {
                let to = vec!["sales@supplier.example".to_owned()];
                let cc = vec!["lee@acme.com".to_owned()];
                self.rep_writes(RepMessage { to, cc, ..self.by_rep(private) });
            }
            Act::Automation => {
                let created_by = Some("S-hubspot".to_owned());
                self.rep_writes(RepMessage { created_by, ..self.by_rep(private) });
            }
            Act::Comment => {
                self.posted.push(portal.rep_comments(&thread, 222, &private).unwrap());
            }
            Act::Participant => {
                let mail = self.mail("sales@supplier.example", &private);
                self.posted.push(portal.customer_writes(mail).unwrap());
                (self.is_humans, self.was_humans) = (true, true);
            }
            Act::Autoresponder => {
                let subject = Some("Automatic reply: Hello".to_owned());
                let mail = CustomerMessage { subject, ..self.mail(&self.address, &private) };
                self.posted.push(portal.customer_writes(mail).unwrap());
            }
            Act::GiveBack => {
                self.bridge.quiet().await;
                portal.assign(&thread, Some(111)).unwrap();
                self.is_humans = false;
            }
            Act::Rest => self.bridge.quiet().await,
            Act::Again { which, times } => {
                let again = self.posted[which % self.posted.len()].clone();
                self.announced(&again).await;
                (0..times).for_each(|time| self.announce(at, time, &again));
            }
        }
    }

    fn mail(&self, from: &str, text: &str) -> CustomerMessage {
        CustomerMessage {
            email: Some(from.to_owned()),
            ..ann(Channel::Email, Some(&self.thread), text)
        }
    }

    fn by_rep(&self, text: String) -> RepMessage {
        RepMessage { thread: self.thread.clone(), user_id: 222, text, ..RepMessage::default() }
    }

    fn rep_writes(&mut self, message: RepMessage) {
        self.posted.push(self.bridge.portal().rep_writes(message).unwrap());
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
        let (_, last) = self.owed.last().unwrap();
        seen("the last message that is owed", || self.said(last)).await;
        self.bridge.quiet().await;
        let sessions = self.bridge.opencx().sessions().into_iter();
        let of_thread = |session: &opencx_sim::SessionView| {
            session.history.iter().any(|entry| entry.text.starts_with(&self.name))
        };
        let sessions: Vec<_> = sessions.filter(of_thread).collect();
        assert_eq!(sessions.len(), 1, "one session for the thread");
        assert_eq!(sessions[0].contact.email.as_ref(), Some(&self.address));
        let history = &sessions[0].history;
        let people = history.iter().filter(|entry| entry.sender != Sender::Ai);
        let said: Vec<_> = people.map(|entry| (entry.sender, entry.text.clone())).collect();
        assert_eq!(said, self.owed, "what is owed once, in order, and nothing else");
        self.check_answers(history);
    }

    /// Each answer goes to the customer alone, once, in order. One that came while a human
    /// had the thread may be silent.
    fn check_answers(&self, history: &[opencx_sim::HistoryMessage]) {
        let by_ai = history.iter().filter(|entry| entry.sender == Sender::Ai);
        let given: Vec<_> = by_ai.map(|entry| markdown_to_text(&entry.text)).collect();
        let shown = self.answers();
        for answer in &shown {
            assert_eq!(answer.addresses("TO"), [&self.address]);
            assert!(answer.addresses("CC").is_empty());
        }
        let shown: Vec<_> = shown.iter().map(|answer| answer.text().to_owned()).collect();
        if self.was_humans {
            let mut left = given.iter();
            let in_order = shown.iter().all(|answer| left.any(|one| one == answer));
            assert!(in_order, "{shown:?} out of {given:?}");
        } else {
            assert_eq!(shown, given, "each answer once, in order");
        }
    }

    fn said(&self, text: &str) -> Option<()> {
        let sessions = self.bridge.opencx().sessions();
        let mut all = sessions.iter().flat_map(|session| &session.history);
        all.any(|entry| entry.text == text).then_some(())
    }

    fn answers(&self) -> Vec<Message> {
        let by_ai = |message: &Message| {
            message.direction() == Some(Direction::Outgoing) && message.sender() == Some("A-111")
        };
        let all = self.bridge.portal().messages(&self.thread).into_iter();
        all.filter(by_ai).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_interleaving_shows_each_customer_what_is_theirs_once_in_order_and_nothing_else() {
    let bridge = Bridge::with(|changed| {
        *changed = options();
        changed.settings[0]["max_ai_replies"] = 1_000.into();
        let Source::Simulated(portal) = &mut changed.hubspot else { return };
        portal.rate_limit = 1_000_000;
        portal.repeat_every = Some(3);
        portal.also_message_created = true;
        // HubSpot keeps no order between deliveries; within one there is.
        portal.batch_wait = Duration::from_millis(100);
        let Source::Simulated(opencx) = &mut changed.opencx else { return };
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
        TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
            .run(&acts(), |acts| {
                case.set(case.get() + 1);
                let case = case.get();
                handle.block_on(async {
                    let begin = |who: &str| {
                        let address = format!("{who}{case}@example.org");
                        Conversation::begin(&bridge, format!("{who}{case}:"), &address)
                    };
                    let mut conversations = [begin("ann"), begin("ben")];
                    for (at, (which, act)) in acts.into_iter().enumerate() {
                        conversations[which].perform(at, act).await;
                    }
                    for conversation in &conversations {
                        conversation.check().await;
                    }
                });
                Ok(())
            })
            .unwrap();
    });
    let private = |call: &opencx_sim::Call| {
        call.body.as_ref().is_some_and(|body| body.to_string().contains(PRIVATE))
    };
    assert!(!bridge.opencx().calls().iter().any(private), "nothing private left HubSpot");
}
