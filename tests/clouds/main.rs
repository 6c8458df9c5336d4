//! The backup engine over each cloud's own requests and answers, against strict stand-ins and a
//! certified authorization server, with everything that goes wrong there.

mod causes;
mod chance;
mod official;
mod references;
mod stage;
mod storing;
mod strictness;
mod transcript;
