//! What is inside `recover.html`: opens a backup offline, in any browser, from a file on disk.
//!
//! One of three independent ways back (`docs/recovery.md`). The page loads nothing from anywhere:
//! this module lies in it as text, and its policy forbids every connection. [`model`] decides what
//! the page says and is tested natively; [`page`] puts it there.
//!
//! **Budget: 560 KB**, nearly all of it the core. Argon2id runs in this very instance, not in one of its own as in the
//! extension: the page lives for a few minutes, and its 64 MiB go when it is closed.

pub mod model;
pub mod session;
pub mod words;

#[cfg(target_arch = "wasm32")]
mod dom;
#[cfg(target_arch = "wasm32")]
mod draw;
#[cfg(target_arch = "wasm32")]
mod page;
