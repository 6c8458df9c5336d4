//! The size each WebAssembly module may have.
//!
//! What popup and background load without being asked for more has at most 400,000 bytes a module.
//! Raising a number here is a decision: whoever opens the popup pays for it on every click.

/// A module and the most bytes it may have.
pub struct Budget {
    /// The file's name without `.wasm`.
    pub module: &'static str,
    /// Upper bound in bytes.
    pub bytes: u64,
    /// Why it is allowed to be that large.
    pub why: &'static str,
}

/// The most that a module may have which popup or background load by themselves.
const FIRST: u64 = 400_000;

/// Every module that ships.
pub const BUDGETS: &[Budget] = &[
    Budget {
        module: "popup",
        bytes: FIRST,
        why: "loaded at every click on the toolbar button",
    },
    Budget {
        module: "status",
        bytes: FIRST,
        why: "loaded by the popup, next to its codes: says how the backup is",
    },
    Budget {
        module: "vault",
        bytes: FIRST,
        why: "loaded by the background: writes the vault",
    },
    Budget {
        module: "backup",
        bytes: FIRST,
        why: "loaded by the background: runs the backup engine",
    },
    Budget {
        module: "clouds",
        bytes: FIRST,
        why: "loaded by the background when a cloud is connected: speaks to it",
    },
    Budget {
        module: "keys",
        bytes: FIRST,
        why: "loaded by the background when a person makes a vault, or changes keys",
    },
    Budget {
        module: "connect",
        bytes: 830_000,
        why: "loaded by the background when a person connects a destination or restores",
    },
    Budget {
        module: "history",
        bytes: 570_000,
        why: "loaded by the background when a person looks into what is stored",
    },
    Budget {
        module: "options",
        bytes: 710_000,
        why: "loaded by the settings page",
    },
    Budget {
        module: "fill",
        bytes: 730_000,
        why: "loaded by the background when a person wants a code filled",
    },
    Budget {
        module: "kdf",
        bytes: 30_000,
        why: "loaded for one key derivation, then dropped",
    },
    Budget {
        module: "transfer",
        bytes: 530_000,
        why: "loaded when another app's file is read or written",
    },
    Budget {
        module: "qr",
        bytes: 225_000,
        why: "loaded when a picture is to be read, also one in a PDF",
    },
    Budget {
        module: "recover",
        bytes: 560_000,
        why: "lies inside recover.html",
    },
];

/// The budget of a module, if it has one.
pub fn of(module: &str) -> Option<&'static Budget> {
    BUDGETS.iter().find(|budget| budget.module == module)
}
