//! The promises, held against what really happened.

mod kept;
mod manners;
mod stored;

pub use kept::{Holdings, before_delete, nothing_is_missing, nothing_went};
pub use manners::{
    agreed, before_put, before_renewal, before_request, new_identity, signed_out, used_twice,
};
pub use stored::{after_step, evidence_of, status_of};
