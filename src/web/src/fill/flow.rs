//! One fill, from the gesture to the read-back code.

use holdfast_core::account::{Account, Credential};
use holdfast_core::code;
use holdfast_core::fill::detect::chosen;
use holdfast_core::fill::page::Frame;
use holdfast_core::fill::{Candidate, Choice, Origin, Site, Verdict, Warning, choose, detect};
use holdfast_core::vault::{Id, Vault};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::ports::{Document, Order};
use super::{FillTask, permit};
use crate::browser::clock::{now_millis, wait};
use crate::browser::permissions;
use crate::message::fill::{Consent, Outcome, Question};
use crate::message::{AccountEdit, Reply, VaultRequest};
use crate::store::fill::Memory;
use crate::store::settings;

/// How often a page without a field is looked at again, and how long after: the field may be a
/// step away.
const LOOKS: u32 = 4;
const BETWEEN_LOOKS: u32 = 350;
/// A code that ends sooner, in milliseconds, is not worth typing.
const TOO_SHORT: u64 = 3_000;
/// So long after its beginning a code is surely the new one.
const AFTER: u64 = 30;

/// A tab.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Tab {
    /// The browser's number.
    pub id: i32,
    /// Its window is private: nothing about it is stored.
    pub private: bool,
}

/// What a person did.
pub struct Gesture {
    /// The account they chose.
    pub account: Option<Id>,
    /// Their answer to a question.
    pub consent: Option<Consent>,
    /// The frame whose focused field they chose.
    pub frame: Option<f64>,
}

/// Where a code goes.
struct Place<'a> {
    document: &'a Document,
    boxes: Vec<usize>,
    top: Origin,
    frame: Origin,
}

/// The accounts for a site.
pub fn choice(vault: &Vault, memory: &Memory, top: &Origin) -> Choice {
    let accounts: Vec<Candidate> = vault
        .list()
        .into_iter()
        .map(|(id, account)| Candidate {
            id,
            issuer: &account.issuer.value,
            sites: &account.sites.value,
            used: memory.used.get(&id).copied().unwrap_or(0),
        })
        .collect();
    choose::choose(top, &accounts)
}

impl FillTask {
    /// Fills, or says what stands in the way.
    pub(super) async fn fill(&self, vault: &Vault, tab: Tab, gesture: Gesture) -> Outcome {
        let memory = Memory::load().await;
        let (documents, top) = match self.look_at(tab, &gesture).await {
            Ok(seen) => seen,
            Err(outcome) => return outcome,
        };
        let account = match gesture.account {
            Some(id) => id,
            None => match one_of(&choice(vault, &memory, &top)) {
                Some(id) => id,
                None => return Outcome::Choose,
            },
        };
        let Some(details) = vault.get(account) else {
            return Outcome::nothing("no_account");
        };
        let Some(place) = place(&documents, &top, gesture.frame) else {
            let outcome = no_place(&documents, &top, account, details).await;
            if let Outcome::Permit { pattern, .. } = &outcome
                && permit::keep(tab, account, pattern).await.is_err()
            {
                return not_filled("storage", account, None);
            }
            return outcome;
        };
        match allowed(details, account, &place, tab, gesture.consent.as_ref()) {
            Ok(()) => {}
            Err(outcome) => return outcome,
        }
        let submit = memory
            .submit
            .iter()
            .filter_map(|site| Site::parse(site))
            .any(|site| site.matches(&place.top) && site.matches(&place.frame));
        let outcome = self.write(tab, account, details, &place, submit).await;
        if outcome == Outcome::Filled && !tab.private {
            self.remember(account, details, &place, gesture.consent, memory)
                .await;
        }
        outcome
    }

    /// The documents that may be filled at all, and the page's origin. A page without a field is
    /// looked at again for a moment.
    async fn look_at(
        &self,
        tab: Tab,
        gesture: &Gesture,
    ) -> Result<(Vec<Document>, Origin), Outcome> {
        let mut looks = 1;
        loop {
            let Ok(documents) = self.pages.collect(tab).await else {
                return Err(Outcome::nothing("page_closed"));
            };
            let top = documents
                .iter()
                .find(|document| document.frame.top)
                .and_then(|document| Origin::parse(&document.frame.origin));
            let Some(top) = top else {
                return Err(Outcome::nothing("no_site"));
            };
            if looks == LOOKS || place(&documents, &top, gesture.frame).is_some() {
                return Ok((documents, top));
            }
            looks += 1;
            wait(BETWEEN_LOOKS).await;
        }
    }

    async fn write(
        &self,
        tab: Tab,
        account: Id,
        details: &Account,
        place: &Place<'_>,
        submit: bool,
    ) -> Outcome {
        let mut credentials = details.credentials.iter();
        let (Some((id, credential)), None) = (credentials.next(), credentials.next()) else {
            return not_filled("conflict", account, None);
        };
        if !fits(credential, place) {
            return not_filled("code_length", account, None);
        }
        let counted = credential.kind().counter().is_some();
        let code = if counted {
            // The counter moves once, whatever comes of it.
            match self.next_code(account, *id).await {
                Ok(code) => code,
                Err(why) => return not_filled(&why, account, None),
            }
        } else {
            timed_code(credential).await
        };
        let order = Order {
            nonce: &place.document.frame.nonce,
            origin: &place.document.frame.origin,
            boxes: &place.boxes,
            code: &code,
            submit,
        };
        let spent = || counted.then(|| code.to_string());
        match self.pages.write(tab, place.document, &order).await {
            Ok(written) if written.filled => Outcome::Filled,
            Ok(written) => {
                let why = written.why.unwrap_or_else(|| "not_accepted".to_owned());
                not_filled(&why, account, spent())
            }
            // The document is gone, and the code with it.
            Err(_) => not_filled("page_changed", account, spent()),
        }
    }

    async fn next_code(&self, account: Id, credential: Id) -> Result<Zeroizing<String>, String> {
        let request = VaultRequest::NextHotp {
            id: account,
            credential,
        };
        match self.vault.ask(&request).await {
            Ok(Reply::Code { text }) => Ok(Zeroizing::new(text)),
            Ok(_) | Err(_) => Err("storage".to_owned()),
        }
    }

    /// Binds the account to the site, if the person said so, and notes that it was used.
    async fn remember(
        &self,
        account: Id,
        details: &Account,
        place: &Place<'_>,
        consent: Option<Consent>,
        mut memory: Memory,
    ) {
        if consent.is_some_and(|consent| consent.remember) {
            let mut sites = details.sites.value.clone();
            for origin in [&place.top, &place.frame] {
                let known = sites.iter().filter_map(|site| Site::parse(site));
                if !known.into_iter().any(|site| site.matches(origin)) {
                    sites.push(Site::of(origin).to_string());
                }
            }
            let edit = AccountEdit {
                sites: Some(sites),
                ..AccountEdit::default()
            };
            // It is filled all the same; the next time asks again.
            let _ = self
                .vault
                .ask(&VaultRequest::Edit { id: account, edit })
                .await;
        }
        memory.used.insert(account, now_millis());
        let _ = memory.save().await;
    }
}

/// Whether the account may fill there, or what to ask first.
fn allowed(
    details: &Account,
    account: Id,
    place: &Place<'_>,
    tab: Tab,
    consent: Option<&Consent>,
) -> Result<(), Outcome> {
    let sites = &details.sites.value;
    let (host, frame) = (place.top.name(), frame_name(place));
    let elsewhere = match choose::verdict(sites, &place.top, &place.frame) {
        Verdict::Allowed => return Ok(()),
        Verdict::Insecure => return Err(Outcome::nothing("insecure")),
        Verdict::FirstUse => false,
        Verdict::Mismatch => true,
    };
    // What a person agreed to is what they were shown: the page may be another by now.
    if consent.is_some_and(|said| said.host == host && said.frame == frame) {
        return Ok(());
    }
    let mut warnings = choose::warnings(&place.top, &details.issuer.value, sites);
    if frame.is_some() {
        warnings.extend(choose::warnings(&place.frame, &details.issuer.value, sites));
    }
    Err(Outcome::Confirm(Question {
        account,
        elsewhere,
        host,
        frame,
        sites: sites.clone(),
        keeps: !tab.private,
        warnings: warnings.into_iter().map(named).collect(),
    }))
}

/// The account that can only be meant.
fn one_of(choice: &Choice) -> Option<Id> {
    match (choice.bound.as_slice(), choice.suggested.as_slice()) {
        ([only], _) | ([], [only]) => Some(*only),
        _ => None,
    }
}

/// The boxes to fill: those around the field that was chosen, or those that are found.
fn place<'a>(documents: &'a [Document], top: &Origin, chosen_in: Option<f64>) -> Option<Place<'a>> {
    // Documents without an origin of their own, or of none of the web, get nothing.
    let usable: Vec<(&Document, Origin)> = documents
        .iter()
        .filter_map(|document| Some((document, Origin::parse(&document.frame.origin)?)))
        .collect();
    let at = |index: usize, boxes: Vec<usize>| {
        let (document, frame) = usable.get(index)?;
        Some(Place {
            document,
            boxes,
            top: top.clone(),
            frame: frame.clone(),
        })
    };
    if let Some(wanted) = chosen_in {
        let index = usable
            .iter()
            .position(|(document, _)| document.frame_id == wanted)?;
        let frame = &usable.get(index)?.0.frame;
        let focused = frame.fields.iter().position(|field| field.focused)?;
        return at(index, chosen(frame, focused)?);
    }
    let frames: Vec<Frame> = usable
        .iter()
        .map(|(document, _)| document.frame.clone())
        .collect();
    let target = detect(&frames)?;
    at(target.frame, target.fields)
}

/// No field was found: perhaps because it lies in a frame that the browser keeps closed.
async fn no_place(documents: &[Document], top: &Origin, account: Id, details: &Account) -> Outcome {
    let sites: Vec<Site> = details
        .sites
        .value
        .iter()
        .filter_map(|site| Site::parse(site))
        .collect();
    let matches = |origin: &Origin| sites.iter().any(|site| site.matches(origin));
    let inner = documents.iter().flat_map(|document| &document.frame.frames);
    for frame in inner.filter(|frame| !frame.sandboxed && frame.opacity >= 0.7) {
        let Some(origin) = Origin::parse(&frame.origin) else {
            continue;
        };
        let pattern = permissions::pattern(&origin.to_string());
        if let Some(pattern) = pattern.filter(|_| matches(&origin) && matches(top))
            && !permissions::contains(std::slice::from_ref(&pattern)).await
        {
            return Outcome::Permit {
                account,
                pattern,
                host: origin.name(),
            };
        }
    }
    not_filled("no_field", account, None)
}

/// The host of the frame, where it is of another site than the page.
fn frame_name(place: &Place<'_>) -> Option<String> {
    (!place.frame.is_same_site(&place.top)).then(|| place.frame.name())
}

fn named(warning: Warning) -> (String, String) {
    match warning {
        Warning::Reads(shown) => ("reads".to_owned(), shown),
        Warning::LooksLike(other) => ("looks_like".to_owned(), other),
        Warning::NotEncrypted => ("not_encrypted".to_owned(), String::new()),
    }
}

fn not_filled(why: &str, account: Id, code: Option<String>) -> Outcome {
    Outcome::NotFilled {
        why: why.to_owned(),
        account: Some(account),
        code,
    }
}

/// Whether the boxes have room for the code, before a counter is moved for it.
fn fits(credential: &Credential, place: &Place<'_>) -> bool {
    let length = code::at(credential, now_millis()).text.chars().count();
    let room = place.boxes.first().and_then(|index| {
        let field = place.document.frame.fields.get(*index)?;
        field.max.map(|max| max as usize)
    });
    match place.boxes.len() {
        1 => room.is_none_or(|room| length <= room),
        boxes => boxes == length,
    }
}

/// The present code, or the next one if this one is about to end.
async fn timed_code(credential: &Credential) -> Zeroizing<String> {
    let settings = settings::load().await.unwrap_or_default();
    let waits = settings.fill_waits;
    let now = settings.corrected(now_millis());
    let code = code::at(credential, now);
    let left = code
        .validity
        .map(|validity| validity.until.saturating_sub(now));
    match left {
        Some(left) if waits && left < TOO_SHORT => {
            wait(u32::try_from(left + AFTER).unwrap_or(0)).await;
            code::at(credential, settings.corrected(now_millis())).text
        }
        _ => code.text,
    }
}
