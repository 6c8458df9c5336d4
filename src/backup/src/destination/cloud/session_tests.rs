use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use super::*;
use crate::destination::cloud::{Account, sign_in};
use crate::env::MemoryError;
use crate::http::NetError;
use crate::oauth::form;
use crate::test_support::now;

/// A device whose requests are answered from a script.
#[derive(Clone, Default)]
struct Port(Rc<Inner>);

#[derive(Default)]
struct Inner {
    documents: RefCell<BTreeMap<String, Vec<u8>>>,
    script: RefCell<VecDeque<Result<(u16, String), NetError>>>,
    asked: RefCell<Vec<HttpRequest>>,
    /// What the provider's session answers without a window.
    session: RefCell<Option<String>>,
    clock: Cell<u64>,
    full: Cell<bool>,
}

impl Env for Port {
    fn now_millis(&self) -> u64 {
        self.0.clock.get()
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        bytes.fill(3);
    }
}

impl Memory for Port {
    async fn load(&self, key: &str) -> Result<Option<Vec<u8>>, MemoryError> {
        Ok(self.0.documents.borrow().get(key).cloned())
    }

    async fn save(&self, key: &str, bytes: &[u8]) -> Result<(), MemoryError> {
        if self.0.full.get() {
            return Err(MemoryError);
        }
        let mut documents = self.0.documents.borrow_mut();
        documents.insert(key.to_owned(), bytes.to_vec());
        Ok(())
    }
}

impl Http for Port {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, NetError> {
        self.0.asked.borrow_mut().push(request);
        let (status, body) = self
            .0
            .script
            .borrow_mut()
            .pop_front()
            .expect("asked for more")?;
        Ok(HttpResponse {
            status,
            headers: vec![],
            body: body.into_bytes(),
        })
    }
}

impl SessionPort for Port {
    type Turn = ();

    async fn turn(&self, _: &str) {}

    fn redirect(&self, provider: Provider) -> String {
        format!("https://abc.chromiumapp.org/{}", provider.code())
    }

    async fn authorize_silently(&self, url: &str) -> Option<String> {
        let (_, query) = url.split_once('?').unwrap();
        let state = form::value(query, "state").unwrap();
        let answer = self.0.session.borrow().clone()?;
        let back = form::value(query, "redirect_uri").unwrap();
        Some(format!("{back}?{answer}&state={state}"))
    }
}

impl Port {
    fn answers(&self, script: &[Result<(u16, &str), NetError>]) -> &Self {
        let owned = |one: &Result<(u16, &str), NetError>| one.map(|(s, b)| (s, b.to_owned()));
        self.0.script.borrow_mut().extend(script.iter().map(owned));
        self
    }

    fn asked(&self) -> Vec<HttpRequest> {
        assert!(self.0.script.borrow().is_empty(), "asked for less");
        self.0.asked.take()
    }

    fn documents(&self) -> String {
        let documents = self.0.documents.borrow();
        let text = documents
            .values()
            .map(|bytes| String::from_utf8_lossy(bytes));
        text.collect::<Vec<_>>().join("\n")
    }
}

fn config() -> CloudConfig {
    CloudConfig {
        provider: Provider::OneDrive,
        visible: false,
        client_id: "client".into(),
        client_secret: None,
        login: None,
        api: None,
        account: Account {
            id: "jane-id".into(),
            name: "jane@example.org".into(),
        },
    }
}

const TOKENS: &str = r#"{"access_token":"A1","token_type":"Bearer","expires_in":3600,"refresh_token":"R1","scope":"User.Read Files.ReadWrite.AppFolder"}"#;
const RENEWED: &str =
    r#"{"access_token":"A2","token_type":"Bearer","expires_in":3600,"refresh_token":"R2"}"#;
const DEAD: Result<(u16, &str), NetError> = Ok((400, r#"{"error":"invalid_grant"}"#));
const JANE: &str = r#"{"id":"jane-id","userPrincipalName":"jane@example.org"}"#;

/// Signed in, an hour ago.
fn signed_in() -> (Port, CloudConfig) {
    let port = Port::default();
    let url = now(sign_in::begin(&port, &config())).unwrap();
    let state = form::value(url.split_once('?').unwrap().1, "state").unwrap();
    port.answers(&[Ok((200, TOKENS)), Ok((200, JANE))]);
    let back = format!("https://abc.chromiumapp.org/one_drive?code=C&state={state}");
    let config = now(sign_in::finish(&port, &config(), &back)).unwrap();
    port.asked();
    (port, config)
}

fn ask(port: &Port, config: &CloudConfig) -> Result<u16, Failure> {
    let request = HttpRequest {
        method: "GET",
        url: "https://graph.microsoft.com/v1.0/x".into(),
        headers: vec![],
        body: vec![],
    };
    let session = Session::new(port.clone(), config);
    now(session.send(request)).map(|response| response.status)
}

fn bearer(request: &HttpRequest) -> Option<&str> {
    let mut headers = request.headers.iter();
    let (_, value) = headers.find(|(name, _)| *name == "authorization")?;
    Some(value)
}

#[test]
fn an_answer_is_good_once() {
    let port = Port::default();
    let url = now(sign_in::begin(&port, &config())).unwrap();
    let state = form::value(url.split_once('?').unwrap().1, "state").unwrap();
    port.answers(&[Ok((200, TOKENS)), Ok((200, JANE))]);
    let back = format!("https://abc.chromiumapp.org/one_drive?code=C&state={state}");
    let signed = now(sign_in::finish(&port, &config(), &back)).unwrap();
    assert_eq!(signed.account.name, "jane@example.org");
    let again = now(sign_in::finish(&port, &config(), &back));
    assert_eq!(again, Err(SignInError::Mismatch));
}

#[test]
fn a_sign_in_elsewhere_takes_no_place_from_one_that_waits_for_the_person() {
    let port = Port::default();
    let url = now(sign_in::begin(&port, &config())).unwrap();
    let state = form::value(url.split_once('?').unwrap().1, "state").unwrap();
    let mut other = config();
    other.provider = Provider::Dropbox;
    now(sign_in::begin(&port, &other)).unwrap();
    port.answers(&[Ok((200, TOKENS)), Ok((200, JANE))]);
    let back = format!("https://abc.chromiumapp.org/one_drive?code=C&state={state}");
    now(sign_in::finish(&port, &config(), &back)).unwrap();
}

#[test]
fn a_scope_that_was_not_granted_is_a_missing_permission() {
    let port = Port::default();
    let url = now(sign_in::begin(&port, &config())).unwrap();
    let state = form::value(url.split_once('?').unwrap().1, "state").unwrap();
    let less = TOKENS.replace("Files.ReadWrite.AppFolder", "");
    port.answers(&[Ok((200, &less))]);
    let back = format!("https://abc.chromiumapp.org/one_drive?code=C&state={state}");
    let Err(SignInError::Refused(failure)) = now(sign_in::finish(&port, &config(), &back)) else {
        panic!("signed in");
    };
    assert_eq!(failure.cause, Cause::PermissionMissing);
}

#[test]
fn a_token_that_ends_is_renewed_first_and_one_that_is_refused_after_that() {
    let (port, config) = signed_in();
    port.answers(&[Ok((200, ""))]);
    assert_eq!(ask(&port, &config), Ok(200));
    assert_eq!(bearer(&port.asked()[0]), Some("Bearer A1"));
    port.answers(&[Ok((401, "")), Ok((200, RENEWED)), Ok((200, ""))]);
    assert_eq!(ask(&port, &config), Ok(200));
    let asked = port.asked();
    assert!(String::from_utf8_lossy(&asked[1].body).contains("refresh_token=R1"));
    assert_eq!(bearer(&asked[1]), None);
    assert_eq!(bearer(&asked[2]), Some("Bearer A2"));
    port.0.clock.set(3_600_000);
    port.answers(&[Ok((200, RENEWED)), Ok((200, ""))]);
    assert_eq!(ask(&port, &config), Ok(200));
    // The rotated one.
    assert!(String::from_utf8_lossy(&port.asked()[0].body).contains("refresh_token=R2"));
}

#[test]
fn the_intent_is_stored_before_it_is_sent_and_survives_the_worker() {
    let (port, config) = signed_in();
    port.answers(&[Ok((401, "")), Err(NetError::Timeout)]);
    assert_eq!(ask(&port, &config).unwrap_err().cause, Cause::Unreachable);
    port.asked();
    assert!(port.documents().contains("\"renewing\":0"));
    // The next run tries the same token again: it may have been rotated, or not.
    port.answers(&[Ok((401, "")), Ok((200, RENEWED)), Ok((200, ""))]);
    assert_eq!(ask(&port, &config), Ok(200));
    assert!(port.documents().contains("\"renewing\":null"));
    // Rotated, and the answer lost: signed out, and the record says how that came.
    let (port, config) = signed_in();
    port.answers(&[Ok((401, "")), Err(NetError::Timeout)]);
    ask(&port, &config).unwrap_err();
    port.answers(&[Ok((401, "")), DEAD]);
    let failure = ask(&port, &config).unwrap_err();
    assert_eq!(failure.cause, Cause::SignedOut);
    assert_eq!(failure.code.as_deref(), Some("renewal_cut_off"));
}

#[test]
fn nothing_is_sent_when_the_intent_can_not_be_stored() {
    let (port, config) = signed_in();
    port.0.full.set(true);
    port.answers(&[Ok((401, ""))]);
    let failure = ask(&port, &config).unwrap_err();
    assert_eq!(failure.cause, Cause::CouldNotSaveHere);
    assert_eq!(port.asked().len(), 1);
}

#[test]
fn the_providers_own_session_is_tried_before_anybody_is_asked() {
    let (port, config) = signed_in();
    *port.0.session.borrow_mut() = Some("code=C2".into());
    port.answers(&[
        Ok((401, "")),
        DEAD,
        Ok((200, TOKENS)),
        Ok((200, JANE)),
        Ok((200, "")),
    ]);
    assert_eq!(ask(&port, &config), Ok(200));
    // Somebody else is signed in there by now.
    let john = JANE.replace("jane-id", "john-id");
    port.answers(&[Ok((401, "")), DEAD, Ok((200, TOKENS)), Ok((200, &john))]);
    assert_eq!(ask(&port, &config).unwrap_err().cause, Cause::WrongAccount);
    // A policy of an administrator.
    let policy = "error=interaction_required&error_description=AADSTS53003%3A%20Blocked";
    *port.0.session.borrow_mut() = Some(policy.into());
    port.answers(&[Ok((401, "")), DEAD]);
    assert_eq!(ask(&port, &config).unwrap_err().cause, Cause::NotAllowed);
    // An application that is not known there any more.
    *port.0.session.borrow_mut() = Some("error=unauthorized_client".into());
    port.answers(&[Ok((401, "")), DEAD]);
    assert_eq!(ask(&port, &config).unwrap_err().cause, Cause::AppOutdated);
    // Nobody.
    *port.0.session.borrow_mut() = Some("error=login_required".into());
    port.answers(&[Ok((401, "")), DEAD]);
    assert_eq!(ask(&port, &config).unwrap_err().cause, Cause::SignedOut);
    // What is dead is not tried again, the session is.
    port.asked();
    assert_eq!(ask(&port, &config).unwrap_err().cause, Cause::SignedOut);
    assert!(port.asked().is_empty());
    *port.0.session.borrow_mut() = Some("code=C3".into());
    port.answers(&[Ok((200, TOKENS)), Ok((200, JANE)), Ok((200, ""))]);
    assert_eq!(ask(&port, &config), Ok(200));
}

#[test]
fn another_account_is_refused_and_asked_for_anew_the_next_time() {
    let (port, mut config) = signed_in();
    config.provider = Provider::Dropbox;
    config.account.id = "dbid:jane".into();
    let begun = || now(sign_in::begin(&port, &config)).unwrap();
    let url = begun();
    assert!(!url.contains("force_reauthentication"));
    let state = form::value(url.split_once('?').unwrap().1, "state").unwrap();
    let john = r#"{"account_id":"dbid:john","email":"john@example.org"}"#;
    let tokens = r#"{"access_token":"A7","token_type":"bearer","refresh_token":"R7"}"#;
    port.answers(&[Ok((200, tokens)), Ok((200, john))]);
    let back = format!("https://abc.chromiumapp.org/dropbox?code=C&state={state}");
    let refused = now(sign_in::finish(&port, &config, &back));
    let name = "john@example.org".to_owned();
    assert_eq!(refused, Err(SignInError::OtherAccount(name)));
    // His tokens are forgotten, and not given back: he may be signed in here for himself.
    assert!(!port.documents().contains("A7") && !port.documents().contains("R7"));
    assert_eq!(port.asked().len(), 2);
    let url = begun();
    assert!(url.ends_with("&force_reauthentication=true"), "{url}");
    // Once the right one came, nobody is asked more than is needed.
    let state = form::value(url.split_once('?').unwrap().1, "state").unwrap();
    let jane = john.replace("john", "jane");
    port.answers(&[Ok((200, tokens)), Ok((200, &jane))]);
    let back = format!("https://abc.chromiumapp.org/dropbox?code=C&state={state}");
    now(sign_in::finish(&port, &config, &back)).unwrap();
    assert!(!begun().contains("force_reauthentication"));
}

#[test]
fn signing_out_forgets_the_tokens() {
    let (port, config) = signed_in();
    let config = CloudConfig {
        provider: Provider::OneDrive,
        ..config
    };
    now(sign_in::forget(&port, &config)).unwrap();
    let documents = port.documents();
    assert!(!documents.contains("R1") && !documents.contains("A1"));
}
