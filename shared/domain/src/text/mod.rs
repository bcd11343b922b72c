//! Conversions between Markdown, HTML and plain text, all bounded.

pub(crate) mod bounded_dom;
pub(crate) mod html_to_markdown;
pub(crate) mod markdown;
pub mod markdown_to_html;
pub mod markdown_to_text;
pub(crate) mod one_line;
pub mod pictures;
pub(crate) mod rich_tree;
pub mod split;
pub mod surrogates;
pub(crate) mod text_writer;
