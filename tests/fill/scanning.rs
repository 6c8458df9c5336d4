//! Reading QR codes off the page in view: all of it, or a part that a person draws a box around.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Result, anyhow, ensure};
use holdfast_tests::browser::{Kind, Options, Popup, Viewport};
use holdfast_tests::paths;
use holdfast_tests::process::eventually;

use crate::in_both_browsers;
use crate::stage::{SECRET, Stage};

in_both_browsers!(
    of_two_codes_on_a_page_one_is_drawn_a_box_around,
    all_codes_of_a_page_are_taken_when_that_is_wanted,
    a_box_is_moved_by_the_keyboard,
);

/// The two accounts, and where their codes lie on the page: left edge, top edge and side in hundredths
/// of the window's width and height.
const CODES: [(&str, (u32, u32)); 2] = [("Quay", (4, 20)), ("Lagoon", (74, 20))];

/// A page that shows a code for each account, and two pixels of the screen to each of the page.
async fn stage(kind: Kind, folder: &Path) -> Result<Stage> {
    let mut page = String::from("<!doctype html><title>Two codes</title><body>");
    for (name, (left, top)) in CODES {
        let link = format!("otpauth://totp/{name}:jane?secret={SECRET}&issuer={name}&period=31");
        let link = link.replace("31", if name == "Quay" { "30" } else { "60" });
        let code = holdfast_qr::encode(&link).map_err(|error| anyhow!("{error:?}"))?;
        let side = code.size + 8;
        write!(
            page,
            "<svg style=\"position:fixed;left:{left}vw;top:{top}vh;width:14vw;background:#fff\" \
             viewBox=\"-4 -4 {side} {side}\" shape-rendering=\"crispEdges\">"
        )?;
        for (at, _) in code
            .modules
            .iter()
            .enumerate()
            .filter(|(_, dark)| **dark == 1)
        {
            let (x, y) = (at % code.size, at / code.size);
            write!(page, "<rect x=\"{x}\" y=\"{y}\" width=\"1\" height=\"1\"/>")?;
        }
        page.push_str("</svg>");
    }
    std::fs::write(folder.join("codes.html"), page)?;
    let mut options = Options::new()?;
    if kind == Kind::Chromium {
        options.scale = 2;
    }
    let stage = Stage::set_on(kind, folder.to_owned(), &[("Other", &[])], options).await?;
    stage.goto("http://harbour.test/codes.html").await?;
    if kind == Kind::Firefox {
        // The page alone: in a window as sharp the driver does not find the popup.
        let (width, height, zoom) = (600, 320, 2.0);
        stage
            .browser
            .set_viewport(Viewport {
                width,
                height,
                zoom,
            })
            .await?;
    }
    Ok(stage)
}

/// Opens the popup over the page by the shortcut, which is a gesture that lets it see the page, and
/// has it read.
async fn read_page(stage: &Stage) -> Result<Popup<'_>> {
    stage.fill().await?;
    let popup = stage.browser.popup_that_opens().await?;
    // A popup of this size is still finding it when it opens: what is pressed may move.
    eventually("the form that adds is shown", async || {
        popup.click("#open-add").await?;
        let view = popup.js("return w.document.body.dataset.view").await?;
        Ok((view == "add").then_some(()))
    })
    .await?;
    popup.click("#scan-page").await?;
    popup.wait_text("#drop", "There are 2 QR codes").await?;
    Ok(popup)
}

/// The names in the list, once there are so many.
async fn names(popup: &Popup<'_>, count: usize) -> Result<String> {
    popup
        .wait(&format!(
            "#view-list:not([hidden]) .account:nth-child({count})"
        ))
        .await?;
    let names = "return [...w.document.querySelectorAll('.account .issuer')].map((name) => name.textContent).join()";
    Ok(popup
        .js(names)
        .await?
        .as_str()
        .unwrap_or_default()
        .to_owned())
}

async fn of_two_codes_on_a_page_one_is_drawn_a_box_around(kind: Kind) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let stage = stage(kind, folder.path()).await?;
    let popup = read_page(&stage).await?;
    popup.click("#scan-region").await?;
    popup.wait("#view-region:not([hidden])").await?;
    // Between the codes there is nothing, which is said where the box is.
    popup.draw("#region", (0.4, 0.1), (0.6, 0.6)).await?;
    popup.click("#region-read").await?;
    popup.wait_text("#region-error", "no QR code").await?;
    popup.draw("#region", (0.02, 0.95), (0.3, 0.05)).await?;
    // To be looked at.
    let picture = format!("run/region-{kind:?}.png").to_lowercase();
    popup.screenshot(&paths::target().join(picture)).await?;
    popup.click("#region-read").await?;
    ensure!(names(&popup, 2).await? == "Other,Quay");
    Ok(())
}

async fn all_codes_of_a_page_are_taken_when_that_is_wanted(kind: Kind) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let stage = stage(kind, folder.path()).await?;
    let popup = read_page(&stage).await?;
    popup.click("#scan-all").await?;
    let names = names(&popup, 3).await?;
    ensure!(
        names.contains("Quay") && names.contains("Lagoon"),
        "{names}"
    );
    Ok(())
}

async fn a_box_is_moved_by_the_keyboard(kind: Kind) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let stage = stage(kind, folder.path()).await?;
    let popup = read_page(&stage).await?;
    popup.click("#scan-region").await?;
    popup.wait("#view-region:not([hidden])").await?;
    let focus = "return w.document.activeElement.id";
    ensure!(popup.js(focus).await? == "region", "the box has no focus");
    // The box lies in the middle; thirty steps to the right are further than the edge, six up less.
    popup.press(&"\u{e014}".repeat(30)).await?;
    popup.press(&"\u{e013}".repeat(6)).await?;
    popup.press("\u{e007}").await?;
    ensure!(names(&popup, 2).await? == "Other,Lagoon");
    Ok(())
}
