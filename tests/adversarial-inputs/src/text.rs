//! Texts.

use proptest::prelude::*;
use proptest::sample::select;

/// Characters that programs forget, or take for something else.
const PIECES: [&str; 40] = [
    "\0",
    "\u{1}",
    "\u{8}",
    "\t",
    "\n",
    "\r\n",
    "\u{b}",
    "\u{1b}[2J",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{ad}",
    "\u{200b}",
    "\u{200d}",
    "\u{200f}",
    "\u{202e}",
    "\u{2028}",
    "\u{2066}",
    "\u{feff}",
    "\u{fffd}",
    "\u{fffe}",
    "\u{ffff}",
    "\u{10ffff}",
    "e\u{301}\u{302}\u{303}",
    "\u{301}",
    "👩‍👩‍👧‍👦",
    "👍🏽",
    "🇩🇪",
    "שָׁלוֹם",
    "İ",
    "ß",
    "ﷺ",
    "\\",
    "\"",
    "'",
    "`",
    "<",
    "&amp;",
    "%2F..",
    "{session}",
];

/// A short text, mostly readable.
pub fn word() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[a-zA-Z0-9 .,-]{0,20}", 1 => select(&PIECES[..]).prop_map(str::to_owned)]
}

/// A text of any kind: empty, readable, odd, or up to a mebibyte of one thing.
pub fn text() -> impl Strategy<Value = String> {
    let odd = prop_oneof![word(), ".{0,20}", any::<char>().prop_map(String::from)];
    let mixed = prop::collection::vec(odd, 0..12).prop_map(|pieces| pieces.concat());
    let large = (word(), 1_usize..=1024 * 1024).prop_map(|(piece, size)| filled(&piece, size));
    prop_oneof![1 => Just(String::new()), 12 => mixed, 1 => large]
}

/// A piece again and again, up to a size in bytes.
pub(crate) fn filled(piece: &str, size: usize) -> String {
    piece.repeat(size.checked_div(piece.len()).unwrap_or_default())
}
