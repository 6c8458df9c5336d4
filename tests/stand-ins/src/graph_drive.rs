//! What lies in a stand-in's OneDrive.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::call::{Reply, rfc3339};
use crate::graph::error;

#[derive(Clone, Default)]
pub(crate) struct Drive {
    pub items: BTreeMap<String, Item>,
}

#[derive(Clone)]
pub(crate) struct Item {
    pub id: u64,
    pub created: u64,
    /// `None` for a folder.
    pub bytes: Option<Vec<u8>>,
}

impl Drive {
    pub fn used(&self) -> u64 {
        let bytes = self.items.values().filter_map(|item| item.bytes.as_ref());
        bytes.map(|bytes| bytes.len() as u64).sum()
    }

    /// OneDrive makes missing folders on the way, though the reference does not say so: here they
    /// must be there.
    pub fn parent(&self, path: &str) -> Result<(), Reply> {
        match path.rsplit_once('/') {
            Some((folder, _)) if !self.items.contains_key(folder) => {
                Err(error(404, "itemNotFound"))
            }
            _ => Ok(()),
        }
    }

    pub fn store(
        &mut self,
        path: &str,
        bytes: Vec<u8>,
        id: u64,
        now: u64,
        room: u64,
    ) -> Result<Reply, Reply> {
        self.parent(path)?;
        if self.items.contains_key(path) {
            return Err(error(409, "nameAlreadyExists"));
        }
        if self.used() + bytes.len() as u64 > room {
            return Err(error(507, "quotaLimitReached"));
        }
        let item = Item {
            id,
            created: now,
            bytes: Some(bytes),
        };
        let value = item.value(path);
        self.items.insert(path.to_owned(), item);
        Ok(Reply::json(201, &value))
    }

    pub fn children(&self, folder: &str) -> Vec<Value> {
        let below = |path: &str| {
            let rest = if folder.is_empty() {
                Some(path)
            } else {
                path.strip_prefix(folder)
                    .and_then(|rest| rest.strip_prefix('/'))
            };
            rest.is_some_and(|rest| !rest.contains('/'))
        };
        let children = self.items.iter().filter(|(path, _)| below(path));
        children.map(|(path, item)| item.value(path)).collect()
    }
}

impl Item {
    /// Both facets are nullable (CSDL, `driveItem`): the one that it has not is written as null, which
    /// must mean the same as leaving it out.
    pub fn value(&self, path: &str) -> Value {
        let at = rfc3339(self.created);
        let mut value = json!({
            "id": format!("01{:08X}", self.id), "name": path.rsplit('/').next(),
            "createdDateTime": at, "lastModifiedDateTime": at,
            "eTag": format!("\"{:08X},1\"", self.id),
        });
        if let Some(object) = value.as_object_mut() {
            match &self.bytes {
                Some(bytes) => {
                    object.insert("size".to_owned(), json!(bytes.len()));
                    let file = json!({ "mimeType": "application/octet-stream" });
                    object.insert("file".to_owned(), file);
                    object.insert("folder".to_owned(), Value::Null);
                }
                None => {
                    object.insert("file".to_owned(), Value::Null);
                    object.insert("folder".to_owned(), json!({ "childCount": 0 }));
                }
            }
        }
        value
    }
}
