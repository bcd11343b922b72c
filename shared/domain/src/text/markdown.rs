//! The reading of Markdown, the same for every form that it is shown in.

use comrak::{Arena, Node, Options};

/// Longest Markdown that is read as such, in bytes: many times a long mail. What
/// is longer is shown as it is, so that nothing an AI writes costs unbounded time.
pub(crate) const LONGEST: usize = 256 * 1024;

/// `CommonMark` with tables, strikethrough, autolinks and task lists. Raw HTML is shown
/// as text, and a line break stays one, as people expect of a mail.
pub(crate) fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.autolink = true;
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.tasklist = true;
    options.render.escape = true;
    options.render.hardbreaks = true;
    options
}

/// Reads Markdown into a tree.
pub(crate) fn parse<'a>(arena: &'a Arena<'a>, markdown: &str) -> Node<'a> {
    comrak::parse_document(arena, markdown, &options())
}
