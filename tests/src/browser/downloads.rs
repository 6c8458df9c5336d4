//! Files that pages offer for saving.

use std::path::{Path, PathBuf};

use anyhow::Result;
use serde_json::json;

use super::{Browser, Engine};
use crate::process::eventually;

impl Browser {
    /// Lets the browser save into this folder without asking.
    pub async fn save_into(&self, folder: &Path) -> Result<()> {
        let folder = folder.to_string_lossy();
        match &self.engine {
            Engine::Chromium(_) => {
                let params = json!({ "behavior": "allow", "downloadPath": folder });
                self.devtools("Browser.setDownloadBehavior", params).await
            }
            Engine::Firefox(_) => {
                let script = "const [folder] = args; \
                    Services.prefs.setIntPref('browser.download.folderList', 2); \
                    Services.prefs.setStringPref('browser.download.dir', folder); \
                    Services.prefs.setBoolPref('browser.download.useDownloadDir', true); \
                    Services.prefs.setBoolPref('browser.download.alwaysOpenPanel', false); \
                    Services.prefs.setBoolPref( \
                      'browser.download.always_ask_before_handling_new_types', false);";
                self.chrome_js(script, &[json!(folder)]).await.map(drop)
            }
        }
    }

    /// Waits until a file of that name was saved there as a whole.
    pub async fn saved(&self, folder: &Path, name: &str) -> Result<PathBuf> {
        let file = folder.join(name);
        eventually(&format!("{name} is saved"), async || {
            let unfinished = std::fs::read_dir(folder)?.flatten().any(|entry| {
                let name = entry.file_name();
                let name = name.to_string_lossy();
                name.ends_with(".part") || name.ends_with(".crdownload") || name.starts_with('.')
            });
            let size = std::fs::metadata(&file).map_or(0, |file| file.len());
            Ok((size > 0 && !unfinished).then(|| file.clone()))
        })
        .await
    }
}
