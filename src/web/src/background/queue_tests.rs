use super::*;

fn need(pattern: &str) -> Vec<String> {
    vec![pattern.to_owned()]
}

#[test]
fn whoever_asks_first_runs_until_all_is_done() {
    let queue = Queue::default();
    assert!(queue.add(Trigger::Due.into()));
    assert_eq!(queue.next(), Some(Trigger::Due.into()));
    assert!(!queue.add(Trigger::Now.into()));
    assert_eq!(queue.next(), Some(Trigger::Now.into()));
    assert_eq!(queue.next(), None);
    assert!(queue.add(Trigger::Due.into()));
}

#[test]
fn a_pressed_button_is_not_lost_behind_what_came_before() {
    for order in [
        [Trigger::Unlocked, Trigger::Now, Trigger::Due],
        [Trigger::Now, Trigger::Unlocked, Trigger::Due],
        [Trigger::Due, Trigger::Unlocked, Trigger::Now],
    ] {
        let queue = Queue::default();
        queue.add(Trigger::Due.into());
        queue.next();
        for trigger in order {
            assert!(!queue.add(trigger.into()));
        }
        assert_eq!(queue.next(), Some(Trigger::Now.into()), "{order:?}");
        assert_eq!(queue.next(), None);
    }
    let queue = Queue::default();
    queue.add(Trigger::Due.into());
    queue.add(Trigger::Unlocked.into());
    assert_eq!(queue.next(), Some(Trigger::Unlocked.into()));
}

#[test]
fn a_permission_concerns_only_who_needs_it() {
    let wanted = Wanted::permitted(need("https://frames.example/*"));
    let elsewhere = need("https://cloud.example/*");
    assert_eq!(wanted.trigger(&elsewhere), Trigger::Due);
    assert_eq!(wanted.trigger(&[]), Trigger::Due);
    let two = [elsewhere.clone(), need("https://frames.example/*")].concat();
    assert_eq!(wanted.trigger(&two), Trigger::Now);
    // Joined with something else, both hold.
    let queue = Queue::default();
    queue.add(wanted);
    queue.add(Trigger::Unlocked.into());
    let both = queue.next().unwrap();
    assert_eq!(both.trigger(&elsewhere), Trigger::Unlocked);
    assert_eq!(both.trigger(&two), Trigger::Now);
    let button = Wanted::from(Trigger::Now);
    assert_eq!(button.trigger(&elsewhere), Trigger::Now);
}
