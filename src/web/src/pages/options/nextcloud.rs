//! Signing in to Nextcloud in another tab while the form waits.

use holdfast_backup::destination::nextcloud::server;

use super::model::{Asked, Effect, Model};
use super::update::refuse;
use crate::browser::permissions;
use crate::message::{DestinationRequest, Failure, NextcloudRequest, Reply, Request};
use crate::pages::form::Form;

/// The server forgets a login after twenty minutes; a question every two seconds.
const QUESTIONS: u32 = 600;
/// The pause between two questions.
const PAUSE_MILLIS: u32 = 2_000;

/// The button was pressed; `address` is what stands in the field.
pub fn begin(model: &mut Model, address: String) -> Vec<Effect> {
    let server = match server(&address) {
        Ok(server) => server,
        Err(error) => return refuse(model, Form::Connect, Failure::of_form(error)),
    };
    model.forms.start(Form::Connect);
    vec![Effect::AskWithPermission(
        Asked::Nextcloud,
        permissions::pattern(&server.url()).into_iter().collect(),
        Request::Destination(DestinationRequest::Nextcloud(NextcloudRequest::Begin {
            address,
        })),
    )]
}

/// The background answered; `None` when the login is over and the form has been answered.
pub fn answered(model: &mut Model, reply: &Reply) -> Option<Vec<Effect>> {
    match reply {
        Reply::Page { url } => {
            model.waiting = Some(QUESTIONS);
            Some(vec![
                Effect::OpenTab(url.clone()),
                Effect::PollLater(PAUSE_MILLIS),
            ])
        }
        Reply::NotYet => Some(Vec::from_iter(
            model.waiting.map(|_| Effect::PollLater(PAUSE_MILLIS)),
        )),
        _ => {
            model.waiting = None;
            None
        }
    }
}

/// The pause is over.
pub fn poll(model: &mut Model) -> Vec<Effect> {
    let Some(left) = model.waiting else {
        // The form was closed meanwhile.
        return Vec::new();
    };
    model.waiting = left.checked_sub(1);
    if model.waiting.is_none() {
        return refuse(model, Form::Connect, Failure::new("login_expired"));
    }
    let destination = model.changing.clone();
    vec![Effect::Ask(
        Asked::Nextcloud,
        Request::Destination(DestinationRequest::Nextcloud(NextcloudRequest::Poll {
            destination,
        })),
    )]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Answer;
    use crate::pages::options::model::Msg;
    use crate::pages::options::update::update;

    fn answer(model: &mut Model, answer: Answer) -> Vec<Effect> {
        update(model, Msg::Answered(Asked::Nextcloud, answer), 0)
    }

    #[test]
    fn the_form_waits_until_the_person_has_confirmed() {
        let mut model = Model::default();
        let effects = begin(&mut model, "https://cloud.example/apps/files/?x".into());
        let [Effect::AskWithPermission(Asked::Nextcloud, patterns, _)] = &effects[..] else {
            panic!("no permission asked")
        };
        assert_eq!(*patterns, ["https://cloud.example/*"]);
        let url = "https://cloud.example/login/v2/flow/x".to_owned();
        let effects = answer(&mut model, Ok(Reply::Page { url }));
        assert!(matches!(
            effects[..],
            [Effect::OpenTab(_), Effect::PollLater(_)]
        ));
        let asked = poll(&mut model);
        assert!(matches!(asked[..], [Effect::Ask(Asked::Nextcloud, _)]));
        let effects = answer(&mut model, Ok(Reply::NotYet));
        assert!(matches!(effects[..], [Effect::PollLater(_)]));
        assert_eq!(model.forms.busy, Some(Form::Connect));
        answer(&mut model, Ok(Reply::Done));
        assert_eq!((model.forms.busy.as_ref(), model.waiting), (None, None));
    }

    #[test]
    fn a_wrong_address_is_refused_before_anybody_is_asked() {
        let mut model = Model::default();
        begin(&mut model, "cloud.example".into());
        let refused = model.forms.failure_of(&Form::Connect).unwrap();
        assert_eq!(refused.field.as_deref(), Some("address"));
    }

    #[test]
    fn waiting_ends_with_the_form_and_with_time() {
        let mut model = Model::default();
        assert!(poll(&mut model).is_empty());
        model.waiting = Some(0);
        poll(&mut model);
        let refused = model.forms.failure_of(&Form::Connect).unwrap();
        assert_eq!(refused.code, "login_expired");
    }
}
