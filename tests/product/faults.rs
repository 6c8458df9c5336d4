//! Servers that lie, and what must not become "stored".

use anyhow::{Result, ensure};
use holdfast_tests::browser::Kind;
use holdfast_tests::journey::Person;
use holdfast_tests::servers::{Fault, Rule};

use crate::in_both_browsers;
use crate::stage::{Stage, comes_by_itself, live_accounts};

in_both_browsers!(a_server_that_lies_never_makes_it_stored);

const FIRST: &str = "otpauth://totp/First:jane?secret=MFRGGZDFMZTWQ2LK&issuer=First";
const SECOND: &str = "otpauth://totp/Second:jane?secret=GEZDGNBVGY3TQOJQ&issuer=Second";

async fn a_server_that_lies_never_makes_it_stored(kind: Kind) -> Result<()> {
    let (stage, browser) = Stage::stored(kind, &[FIRST]).await?;
    let person = Person::at(&browser);

    // 201, and zero bytes on the disk.
    stage
        .proxy
        .inject(Rule::new(Fault::KeepNothing).method("PUT"));
    person.import(&[SECOND]).await?;
    let said = comes_by_itself(&browser, "not_stored").await?;
    ensure!(said.contains("Your backup is not stored"), "{said}");

    // 200 and `{}`, and nothing on the disk.
    stage.proxy.heal();
    let answer = Fault::Answer(
        200,
        vec![("Content-Type".into(), "application/json".into())],
        b"{}".to_vec(),
    );
    stage.proxy.inject(Rule::new(answer).method("PUT"));
    browser.click("#remedy").await?;
    comes_by_itself(&browser, "not_stored").await?;

    // Honest again: stored, and both accounts are there.
    stage.proxy.heal();
    comes_by_itself(&browser, "stored").await?;
    ensure!(live_accounts(&stage.newest_opened()?).len() == 2);
    Ok(())
}
