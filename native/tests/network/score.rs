use crate::host::{config, connected_pair, Host, TOPIC};
use touchstone_native::error::INVALID_ARGUMENT;
use touchstone_native::network::{Acceptance, Config, Event, Importance, Score, TopicScore};

fn compressed(text: &str) -> Vec<u8> {
    snap::raw::Encoder::new().compress_vec(text.as_bytes()).unwrap()
}

/// Subscribed on both sides; the second judges by the score.
fn judged(score: Score, topic: TopicScore) -> (Host, Host) {
    let (a, b) = connected_pair(config(1), Config { score, ..config(2) });
    a.subscribe(TOPIC, Importance::Important, TopicScore::default()).unwrap();
    b.subscribe(TOPIC, Importance::Important, topic).unwrap();
    a.wait_subscribed(&b);
    b.wait_subscribed(&a);
    (a, b)
}

fn send(a: &Host, b: &Host, text: &str, verdict: Acceptance) {
    let id = a.publish(TOPIC, &compressed(text)).unwrap();
    assert_eq!(b.wait_gossip().0, id);
    b.report(id, a.peer(), verdict).unwrap();
}

/// The score of `a` with `b`, when it is as wanted.
fn wait_score(b: &Host, a: &Host, wanted: impl Fn(f64) -> bool) -> f64 {
    loop {
        let score = b.peers()[&a.peer()].score;
        if wanted(score) {
            return score;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

fn is_heard(a: &Host, b: &Host, text: &str) -> bool {
    a.publish(TOPIC, &compressed(text)).unwrap();
    // What is written after the message on another stream may pass it; several round trips leave it time to come.
    for _ in 0..5 {
        let request = a.send_request(b.peer(), crate::host::STATUS, b"").unwrap();
        let (channel, _, _) = b.wait_request();
        b.send_response(channel, 0, b"").unwrap();
        a.wait_response(request).unwrap();
    }
    b.has_kept(|event| matches!(event, Event::Gossip { .. }))
}

#[test]
fn rejects_cost_by_the_weight_of_their_topic_and_make_unheard_below_the_threshold() {
    let score = Score { gossip_threshold: -9.0, publish_threshold: -9.0, graylist_threshold: -9.0, ..Score::default() };
    let topic = TopicScore { weight: 0.5, rejects_weight: -4.0, rejects_decay: 0.9999, ..TopicScore::default() };
    let (a, b) = judged(score, topic);
    send(&a, &b, "bad 1", Acceptance::Reject);
    send(&a, &b, "bad 2", Acceptance::Reject);
    // 0.5 * -4 * 2 * 2, and a little of it is forgotten.
    wait_score(&b, &a, |score| (-8.0..-7.5).contains(&score));
    send(&a, &b, "bad 3", Acceptance::Reject);
    wait_score(&b, &a, |score| score < -17.0);
    assert!(!is_heard(&a, &b, "unheard"));
}

/// [NET-93]
#[test]
fn first_deliveries_and_time_in_the_mesh_earn_up_to_the_caps() {
    let topic = TopicScore {
        deliveries_weight: 2.0,
        deliveries_decay: 0.9999,
        deliveries_cap: 3.0,
        time_in_mesh_weight: 1.0,
        time_in_mesh_unit: std::time::Duration::from_millis(10),
        time_in_mesh_cap: 4.0,
        ..TopicScore::default()
    };
    let (a, b) = judged(Score { topics_cap: 9.5, ..Score::default() }, topic);
    (0..5).for_each(|n| send(&a, &b, &format!("good {n}"), Acceptance::Accept));
    // 2 * 3 + 1 * 4 is above the cap of all topics.
    wait_score(&b, &a, |score| score == 9.5);
}

/// [NET-96]
#[test]
fn the_application_s_score_counts_by_its_weight_and_silences_too() {
    let score = Score { application_weight: 2.0, ..Score::default() };
    let (a, b) = judged(score, TopicScore::default());
    b.set_score(a.peer(), -50.0).unwrap();
    wait_score(&b, &a, |score| score == -100.0);
    assert!(!is_heard(&a, &b, "unheard"));
    b.set_score(a.peer(), 0.0).unwrap();
    wait_score(&b, &a, |score| score == 0.0);
    assert!(is_heard(&a, &b, "heard"));
    assert_eq!(b.set_score(a.peer(), f64::NAN).unwrap_err().code, INVALID_ARGUMENT);
}

#[test]
fn the_nodes_of_one_machine_do_not_stand_for_each_other() {
    let score = Score { colocation_weight: -100.0, colocation_threshold: 1.0, ..Score::default() };
    let (a, b) = judged(score, TopicScore::default());
    let c = crate::host::start(config(3));
    c.dial(&b.address()).unwrap();
    b.wait_connected(&c);
    assert!(is_heard(&a, &b, "heard"));
    assert_eq!(wait_score(&b, &a, |score| score >= 0.0), 0.0);
}
