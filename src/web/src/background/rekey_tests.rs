use std::task::{Context, Poll, Waker};

use super::*;

/// What comes of asking places that answer so, and how many were asked.
fn asked(answers: &[Result<bool, &str>]) -> (Result<bool, String>, usize) {
    let mut count = 0;
    let outcome = {
        let all = each(answers, async |answer| {
            count += 1;
            answer.map_err(Failure::new)
        });
        match std::pin::pin!(all).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(outcome) => outcome,
            Poll::Pending => panic!("waits for something"),
        }
    };
    (outcome.map_err(|failure| failure.code), count)
}

#[test]
fn a_place_that_fails_keeps_none_of_the_others_from_being_asked() {
    let away = Err("unreachable");
    assert_eq!(asked(&[away, Ok(true)]), (Ok(true), 2));
    assert_eq!(asked(&[Ok(true), away]), (Ok(true), 2));
    assert_eq!(asked(&[away, Ok(false)]), (Err("unreachable".into()), 2));
    let wrong = Err("wrong_passphrase");
    assert_eq!(asked(&[away, wrong]), (Err("wrong_passphrase".into()), 2));
    assert_eq!(asked(&[Ok(false)]), (Ok(false), 1));
    assert_eq!(asked(&[]), (Ok(false), 0));
}
