//! Private windows, into which a browser lets an extension only when its person says so.

use anyhow::Result;
use serde_json::json;

use super::{Browser, Engine};
use crate::process::eventually;

impl Browser {
    /// Lets the extension into private windows, as the switch on the browser's own page does. The
    /// browser starts the extension anew for it.
    pub async fn allow_in_private(&self) -> Result<()> {
        // A page of the extension would be closed with it.
        self.goto("about:blank").await?;
        match &self.engine {
            Engine::Chromium(_) => {
                let id = self.origin().rsplit('/').next().unwrap_or_default();
                self.driver.goto("chrome://extensions/").await?;
                // What is loaded unpacked starts again only for developers.
                let allow = "const { developerPrivate } = chrome; \
                    await developerPrivate.updateProfileConfiguration({ inDeveloperMode: true }); \
                    await developerPrivate.updateExtensionConfiguration(\
                      { extensionId: args[0], incognitoAccess: true })";
                self.js(allow, &[json!(id)]).await?;
            }
            Engine::Firefox(firefox) => {
                let allow = "const { ExtensionPermissions } = \
                      ChromeUtils.importESModule('resource://gre/modules/ExtensionPermissions.sys.mjs'); \
                    const { AddonManager } = \
                      ChromeUtils.importESModule('resource://gre/modules/AddonManager.sys.mjs'); \
                    const permissions = ['internal:privateBrowsingAllowed']; \
                    await ExtensionPermissions.add(args[0], { permissions, origins: [], data_collection: [] }); \
                    await (await AddonManager.getAddonByID(args[0])).reload();";
                self.chrome_js(allow, &[json!(firefox.id)]).await?;
            }
        }
        eventually("the extension is in private windows", async || {
            if self.open("options.html").await.is_err() {
                return Ok(None);
            }
            Ok(self.is_in_private().await.unwrap_or(false).then_some(()))
        })
        .await
    }

    /// Whether the extension is let into private windows. The current page must be one of its own.
    pub async fn is_in_private(&self) -> Result<bool> {
        let ask = "return (globalThis.browser ?? chrome).extension.isAllowedIncognitoAccess()";
        Ok(self.js(ask, &[]).await? == true)
    }

    /// Opens an address in a private window and goes on in it. The current page must be one of the
    /// extension's; the window it is in is closed, so that the keyboard has only one to go to.
    pub async fn go_private(&self, address: &str) -> Result<()> {
        let before = self.driver.windows().await?;
        let open = "await (globalThis.browser ?? chrome).windows.create({ incognito: true, url: args[0] })";
        self.js(open, &[json!(address)]).await?;
        let window = eventually("the private window is there", async || {
            let windows = self.driver.windows().await?;
            Ok(windows.into_iter().find(|window| !before.contains(window)))
        })
        .await?;
        self.driver.switch_to_window(window).await?;
        let shown = "return document.readyState === 'complete' && location.href === args[0] \
            && document.visibilityState === 'visible'";
        eventually("the private window shows the page", async || {
            let shown = self.js(shown, &[json!(address)]).await?;
            Ok((shown == true).then_some(()))
        })
        .await
    }
}
