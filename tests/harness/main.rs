//! The tests' own instruments, tried on an extension of a few lines: when these fail, a failure
//! elsewhere says nothing about Holdfast.

mod browsers;
mod popup;
mod servers;
