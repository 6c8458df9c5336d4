//! The context menu, which is the browser's own and none of the page's.

use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::json;

use super::popup::coordinates;
use super::{Browser, Engine};
use crate::process::eventually;

/// A menu fades in: it is there when nothing has changed for so long.
const STILL: Duration = Duration::from_millis(250);

impl Browser {
    /// Opens the context menu on an element of the page and chooses the extension's entry, as a
    /// hand does: with the mouse's other button, and then in the menu.
    pub async fn choose_in_menu(&self, css: &str, entry: &str) -> Result<()> {
        match &self.engine {
            Engine::Chromium(chromium) => {
                // Where on the screen: the window has no frame, and all of its own is above the page.
                let place = "const box = document.querySelector(args[0]).getBoundingClientRect(); \
                    let [x, y] = [box.x + box.width / 2, box.y + box.height / 2]; \
                    for (let view = window; view.frameElement; view = view.parent) { \
                      const around = view.frameElement.getBoundingClientRect(); \
                      x += around.x + view.frameElement.clientLeft; \
                      y += around.y + view.frameElement.clientTop; \
                    } \
                    return [top.screenX + (top.outerWidth - top.innerWidth) / 2 + x, \
                      top.screenY + top.outerHeight - top.innerHeight + y]";
                let (x, y) = coordinates(&self.js(place, &[json!(css)]).await?)?;
                let display = &chromium.display;
                let before = display.memory()?;
                display.click(x as u32, y as u32, 3)?;
                let mut last = before.clone();
                eventually("the menu is open and stands still", async || {
                    tokio::time::sleep(STILL).await;
                    let now = display.memory()?;
                    let still = now == last && now != before;
                    last = now;
                    Ok(still.then_some(()))
                })
                .await?;
                // The last entry is the browser's own, "Inspect"; right above are extensions'.
                for key in ["Up", "Up", "Return"] {
                    chromium.display.press(key)?;
                }
                Ok(())
            }
            Engine::Firefox(_) => {
                let element = self.wait_visible(css).await?;
                self.driver
                    .action_chain()
                    .context_click_element(&element)
                    .perform()
                    .await?;
                let shown = "const menu = document.getElementById('contentAreaContextMenu'); \
                    return menu.state === 'open' ? [...menu.querySelectorAll('menuitem')] \
                      .filter((item) => item.checkVisibility()).map((item) => item.label) : null";
                let labels = eventually("the menu is open", async || {
                    let labels = self.chrome_js(shown, &[]).await?;
                    Ok((!labels.is_null()).then_some(labels))
                })
                .await?;
                let choose = "const menu = document.getElementById('contentAreaContextMenu'); \
                    const item = [...menu.querySelectorAll('menuitem')] \
                      .find((item) => item.checkVisibility() && item.label === args[0]); \
                    if (item) menu.activateItem(item); return !!item";
                let chosen = self.chrome_js(choose, &[json!(entry)]).await?;
                ensure!(chosen == true, "there is no {entry} in {labels}");
                Ok(())
            }
        }
    }
}
