//! The mechanisms of the guarantees: claims, the journal, locks, links.

use std::time::Duration;

use bridge_domain::outcome::OutcomeRecord;
use bridge_store::{Claim, EventClaim, Key, SessionLink, Step, StoreError, Table};
use serde_json::json;
use tests::{Bridge, eventually};

const LONG: Duration = Duration::from_mins(1);
const SHORT: Duration = Duration::from_millis(200);

fn key() -> Key {
    Key::event("handoff", "acme", "e-1")
}

fn record() -> OutcomeRecord {
    OutcomeRecord::of("handoff", Some(&"acme".into()), "e", "e-1")
}

async fn taken(table: &Table, lease: Duration) -> EventClaim {
    let mut claim = free(table, lease).await;
    table.take(&mut claim).await.unwrap();
    claim
}

async fn free(table: &Table, lease: Duration) -> EventClaim {
    match table.claim(key(), lease).await.unwrap() {
        Claim::Free(claim) => claim,
        other => panic!("not ours: {other:?}"),
    }
}

/// Takes the claim as soon as the lease of whoever has it is over.
async fn taken_over(table: &Table) -> EventClaim {
    eventually("the lease to end", || async {
        match table.claim(key(), LONG).await.unwrap() {
            Claim::Free(mut claim) => table.take(&mut claim).await.ok().map(|()| claim),
            _ => None,
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_claimed_by_one_and_done_once() {
    let bridge = Bridge::start().await;
    let table = bridge.stack().table();
    let mut claim = taken(table, LONG).await;
    assert!(matches!(table.claim(key(), LONG).await.unwrap(), Claim::InProgress));
    table.finish(&mut claim, &record()).await.unwrap();
    assert!(matches!(table.claim(key(), LONG).await.unwrap(), Claim::Completed));
    assert!(matches!(table.save(&mut claim).await, Err(StoreError::TakenOver)), "done is done");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_claim_at_once_one_gets_it() {
    let bridge = Bridge::start().await;
    let claims = (0..20).map(|_| {
        let table = bridge.stack().table().clone();
        tokio::spawn(async move {
            match table.claim(key(), LONG).await.unwrap() {
                Claim::Free(mut claim) => table.take(&mut claim).await.is_ok(),
                _ => false,
            }
        })
    });
    let mut ours = 0;
    for claim in claims.collect::<Vec<_>>() {
        ours += usize::from(claim.await.unwrap());
    }
    assert_eq!(ours, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_read_an_event_at_once_only_the_first_to_write_has_it() {
    for tries in [0, 1] {
        for first_write in ["save", "release", "finish"] {
            let bridge = Bridge::start().await;
            let table = bridge.stack().table();
            for _ in 0..tries {
                let mut before = free(table, LONG).await;
                before.tries += 1;
                table.release(&mut before).await.unwrap();
            }
            let (mut quick, mut late) = (free(table, LONG).await, free(table, LONG).await);
            assert_eq!((quick.tries, late.tries), (tries, tries));
            quick.journal.note("send", Step::Begun(5));
            match first_write {
                "save" => table.save(&mut quick).await.unwrap(),
                "release" => table.release(&mut quick).await.unwrap(),
                _ => table.finish(&mut quick, &record()).await.unwrap(),
            }
            let refused = |result| matches!(result, Err(StoreError::TakenOver));
            assert!(refused(table.take(&mut late).await), "{tries}, {first_write}");
            assert!(refused(table.release(&mut late).await), "{tries}, {first_write}");
            assert!(refused(table.finish(&mut late, &record()).await), "{tries}, {first_write}");
            assert!(!late.is_taken());
            if first_write == "release" {
                let next = free(table, LONG).await;
                assert_eq!(next.journal.step("send"), Some(&Step::Begun(5)), "{tries}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_write_whose_answer_got_lost_can_be_repeated() {
    let bridge = Bridge::start().await;
    let table = bridge.stack().table();
    for before in ["new", "tried before"] {
        let mut claim = free(table, LONG).await;
        // The answer of this one is lost: its writer still takes the claim for unwritten.
        table.take(&mut claim.clone()).await.unwrap();
        claim.journal.note("send", Step::Begun(5));
        table.save(&mut claim).await.unwrap();
        assert!(claim.is_taken(), "{before}");
        table.release(&mut claim).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_takes_over_finds_the_journal_and_the_late_one_can_write_no_more() {
    let bridge = Bridge::start().await;
    let table = bridge.stack().table();
    let mut late = taken(table, SHORT).await;
    late.journal.note("ticket", Step::Done(json!("77")));
    late.journal.note("comment", Step::Begun(5));
    table.save(&mut late).await.unwrap();
    let mut next = taken_over(table).await;
    assert_eq!(next.journal, late.journal);
    assert!(matches!(table.save(&mut late).await, Err(StoreError::TakenOver)));
    assert!(matches!(table.finish(&mut late, &record()).await, Err(StoreError::TakenOver)));
    table.finish(&mut next, &record()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_released_event_can_be_claimed_at_once() {
    let bridge = Bridge::start().await;
    let table = bridge.stack().table();
    let mut claim = taken(table, LONG).await;
    table.release(&mut claim).await.unwrap();
    taken(table, LONG).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_is_one_events_until_it_gives_it_back_or_its_lease_ends() {
    let bridge = Bridge::start().await;
    let table = bridge.stack().table();
    let lock =
        |owner: &'static str, lease| table.lock(Key::lock(&"acme".into(), "x"), owner, lease);
    let first = lock("one", LONG).await.unwrap().unwrap();
    assert!(lock("two", LONG).await.unwrap().is_none());
    assert!(lock("one", LONG).await.unwrap().is_some(), "a redelivered event has it already");
    table.unlock(&first).await.unwrap();
    lock("two", SHORT).await.unwrap().unwrap();
    table.unlock(&first).await.unwrap();
    assert!(lock("three", LONG).await.unwrap().is_none(), "giving back does not take from another");
    eventually("the lease to end", || async { lock("three", LONG).await.unwrap() }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_filled_by_several_and_nobody_loses_anothers_part() {
    let bridge = Bridge::start().await;
    let table = bridge.stack().table();
    let key = Key::session(&"acme".into(), &"s-1".into());
    let thread = SessionLink { thread: Some("77".into()), ..SessionLink::default() };
    let ticket = SessionLink { ticket: Some("88".into()), ..SessionLink::default() };
    table.merge(&key, &thread).await.unwrap();
    table.merge(&key, &ticket).await.unwrap();
    let link: SessionLink = table.get(&key).await.unwrap().unwrap();
    assert_eq!((link.thread, link.ticket), (Some("77".into()), Some("88".into())));
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_from_strangers_fit_whatever_their_length() {
    let bridge = Bridge::start().await;
    let table = bridge.stack().table();
    let long = "x".repeat(300_000);
    for event_id in [long.as_str(), "", "a b\n#é"] {
        let claim = table.claim(Key::event("handoff", "acme", event_id), LONG).await.unwrap();
        let Claim::Free(mut claim) = claim else { panic!("{}", event_id.len()) };
        table.take(&mut claim).await.unwrap();
    }
}
