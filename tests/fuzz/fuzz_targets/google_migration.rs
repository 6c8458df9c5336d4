//! The protocol buffer of a migration code, or of two, after the first byte's length: a fuzzer that
//! had to write base64 would seldom come as far.
#![no_main]

use data_encoding::BASE64URL_NOPAD;
use holdfast_core::import::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((length, messages)) = bytes.split_first() else {
        return;
    };
    let (first, second) = messages.split_at(messages.len().min(usize::from(*length)));
    let mut text = String::new();
    for message in [first, second]
        .into_iter()
        .filter(|message| !message.is_empty())
    {
        text += "otpauth-migration://offline?data=";
        text += &BASE64URL_NOPAD.encode(message);
        text += "\n";
    }
    if let Ok(import) = read(text.as_bytes(), None) {
        holdfast_fuzz::hold(&import);
    }
});
