//! Pages.
pub mod look;
pub mod strength;
pub mod text;
