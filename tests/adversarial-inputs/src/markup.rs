//! HTML and Markdown that a parser takes seriously.

use proptest::prelude::*;
use proptest::sample::select;

use crate::text::{filled, word};

const TAGS: [&str; 36] = [
    "a",
    "b",
    "i",
    "font",
    "nobr",
    "p",
    "div",
    "span",
    "ul",
    "ol",
    "li",
    "dl",
    "dd",
    "blockquote",
    "pre",
    "code",
    "h1",
    "table",
    "tbody",
    "tr",
    "td",
    "th",
    "caption",
    "select",
    "option",
    "svg",
    "math",
    "title",
    "template",
    "button",
    "form",
    "noscript",
    "iframe",
    "br",
    "img",
    "x",
];

const ATTRIBUTES: [&str; 13] = [
    "",
    " class=gmail_quote",
    " class='hs_reply x'",
    " id=divRplyFwdMsg",
    " type=cite",
    " href=\"javascript:tag-marker()\"",
    " href=' JaVa\tScRiPt:tag-marker()'",
    " href=https://x.example/?a=1&b=2",
    " src=data:text/html,tag-marker",
    " onclick=tag-marker()",
    " style=\"x:expression(1)\"",
    " start=999999999",
    " title=\"a > b </div> <!--\"",
];

const ODD: [&str; 12] = [
    "<!-- tag-marker -->",
    "<!--",
    "-->",
    "<!doctype html>",
    "<?xml?>",
    "&lt;b&gt;",
    "&#0;",
    "&#x110000;",
    "&amp;amp;",
    "&NotEqualTilde;",
    "</",
    "\n\n",
];

/// Rich text in which every tag, but nothing between the tags, says `tag-marker`.
pub fn html() -> impl Strategy<Value = String> {
    let tag = (select(&TAGS[..]), select(&ATTRIBUTES[..]), 0_u8..5);
    let tag = tag.prop_map(|(tag, attribute, kind)| match kind {
        0 | 1 => format!("</{tag}>"),
        2 => format!("<{tag} tag-marker{attribute}/>"),
        _ => format!("<{tag} tag-marker{attribute}>"),
    });
    let piece = prop_oneof![6 => tag, 3 => word(), 1 => select(&ODD[..]).prop_map(str::to_owned)];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// Rich text that is one short piece again and again, up to a size in bytes.
pub fn html_pattern(size: usize) -> impl Strategy<Value = String> {
    let piece = prop::collection::vec(html(), 1..3).prop_map(|pieces| pieces.concat());
    let short = piece.prop_map(|piece| piece.chars().take(60).collect::<String>());
    (html(), short).prop_map(move |(before, piece)| before + &filled(&piece, size))
}

const MARKS: [&str; 44] = [
    "*",
    "**",
    "_",
    "__",
    "~~",
    "`",
    "```",
    "~~~",
    "[",
    "]",
    "![",
    "](",
    ")",
    "[a]: ",
    "[a]",
    "<",
    ">",
    "> ",
    "- ",
    "* ",
    "1. ",
    "123456789) ",
    "- [ ] ",
    "# ",
    "===",
    "---",
    "|",
    "|-",
    "|:-:|",
    "    ",
    "\t",
    "\\",
    "&",
    "&#",
    "&lt;",
    "\n",
    "\n\n",
    "  \n",
    "www.a.example",
    "https://a.example/",
    "a@b.example",
    "javascript:x()",
    "<!--",
    "<a ",
];

const LIVE: [&str; 10] = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "![x](data:text/html;base64,PHNjcmlwdD4=)",
    "<javascript:alert(1)>",
    "[x](https://a.example \"\\\" onclick=alert(1)\")",
    "```\" onclick=alert(1)\nx\n```\n",
];

/// Markdown of marks, words and what should never come alive.
pub fn markdown() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => select(&MARKS[..]).prop_map(str::to_owned),
        3 => word(),
        1 => select(&LIVE[..]).prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// Markdown that is one piece, or two one after the other, again and again.
pub fn markdown_pattern(size: usize) -> impl Strategy<Value = String> {
    let piece = || prop::collection::vec(select(&MARKS[..]), 1..5).prop_map(|marks| marks.concat());
    (piece(), piece())
        .prop_map(move |(one, other)| filled(&one, size / 2) + "a\n" + &filled(&other, size / 2))
}
