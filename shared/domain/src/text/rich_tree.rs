//! Reads HTML into a tree, as long as that costs no more than a mail should.
//!
//! A parser of HTML takes time, and makes elements, in the square of what it reads:
//! elements that nobody closed are opened again in every paragraph, the attributes of an
//! element are compared with each other, what is misplaced in a table is put before it.
//! So the parser is fed piece by piece, and what it makes of each is counted.

use std::rc::Rc;

use htmd::Node;
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{ParseOpts, parse_document};

use crate::text::bounded_dom::BoundedDom;

/// Most that is fed to the parser between two looks at its result, in bytes.
const PIECE: usize = 256;

/// Most blanks, slashes and quotes in one tag or comment: as many attributes it may have.
const MOST_SEPARATORS: usize = 4_000;

/// Reads a document. `None` for what is nested too deep or costs too much.
pub(crate) fn html_to_tree(html: &str) -> Option<Rc<Node>> {
    // A mail runs no scripts: what stands in <noscript> is read.
    let tree_builder = TreeBuilderOpts { scripting_enabled: false, ..Default::default() };
    let options = ParseOpts { tree_builder, ..Default::default() };
    let mut parser = parse_document(BoundedDom::default(), options);
    let (mut rest, mut separators) = (html, 0);
    while !rest.is_empty() {
        let (piece, behind) = rest.split_at(rest.floor_char_boundary(PIECE));
        rest = behind;
        let before = parser.tokenizer.sink.sink.changes();
        parser.process(StrTendril::from_slice(piece));
        let tree = &parser.tokenizer.sink.sink;
        let is_within_a_tag = tree.changes() == before;
        separators = if is_within_a_tag { separators + separators_in(piece) } else { 0 };
        if tree.is_too_much() || separators > MOST_SEPARATORS {
            return None;
        }
    }
    let tree = parser.finish();
    (!tree.is_too_much()).then(|| tree.document())
}

fn separators_in(piece: &str) -> usize {
    piece.bytes().filter(|byte| byte.is_ascii_whitespace() || b"/\"'".contains(byte)).count()
}
