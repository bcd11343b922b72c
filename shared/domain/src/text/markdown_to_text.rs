//! Markdown as text for readers and channels that show no formatting.

use comrak::Arena;
use comrak::arena_tree::NodeEdge;
use comrak::html::dangerous_url;
use comrak::nodes::{ListDelimType, ListType, NodeLink, NodeList, NodeTaskItem, NodeValue};

use crate::text::markdown;
use crate::text::text_writer::TextWriter;

/// Renders Markdown as a person would type it: no marks of emphasis, lists with dashes
/// or numbers, a link as its text and then its address. Walks the tree without
/// recursion, so that deep nesting costs no stack.
pub fn markdown_to_text(source: &str) -> String {
    if source.len() > markdown::LONGEST {
        return source.trim().to_owned();
    }
    let arena = Arena::new();
    let mut page = Page::default();
    for edge in markdown::parse(&arena, source).traverse() {
        match edge {
            NodeEdge::Start(node) => page.start(&node.data.borrow().value),
            NodeEdge::End(node) => page.end(&node.data.borrow().value),
        }
    }
    page.writer.finish()
}

/// A text while it is written: the lists and links that are open.
#[derive(Default)]
struct Page {
    writer: TextWriter,
    lists: Vec<OpenList>,
    links: Vec<usize>,
    first_cell: bool,
}

struct OpenList {
    list: NodeList,
    next: usize,
}

impl Page {
    fn start(&mut self, value: &NodeValue) {
        match value {
            NodeValue::BlockQuote => {
                self.writer.open("> ", "> ");
                self.writer.tight = false;
            }
            NodeValue::List(list) => {
                self.lists.push(OpenList { list: *list, next: list.start });
                // Within a list lines follow each other; the list itself stands apart.
                self.writer.tight = self.lists.len() > 1;
            }
            NodeValue::Item(_) => self.item(""),
            NodeValue::TaskItem(NodeTaskItem { symbol, .. }) => {
                self.item(if symbol.is_some() { "[x] " } else { "[ ] " });
            }
            NodeValue::Paragraph | NodeValue::Heading(_) | NodeValue::Table(_) => {
                self.writer.block();
            }
            NodeValue::TableRow(_) => {
                self.writer.line();
                self.first_cell = true;
            }
            NodeValue::TableCell => self.cell(),
            NodeValue::ThematicBreak => self.block("---"),
            NodeValue::CodeBlock(code) => self.block(&code.literal),
            NodeValue::HtmlBlock(html) => self.block(&html.literal),
            NodeValue::Text(text) => self.writer.text(text),
            NodeValue::Code(code) => self.writer.text(&code.literal),
            NodeValue::HtmlInline(html) => self.writer.text(html),
            NodeValue::SoftBreak | NodeValue::LineBreak => self.writer.line(),
            NodeValue::Link(_) | NodeValue::Image(_) => self.links.push(self.writer.mark()),
            _ => {}
        }
    }

    fn end(&mut self, value: &NodeValue) {
        match value {
            NodeValue::BlockQuote | NodeValue::Item(_) | NodeValue::TaskItem(_) => {
                self.writer.close();
                self.writer.tight = self.in_tight_list();
            }
            NodeValue::List(_) => {
                self.lists.pop();
                self.writer.tight = self.in_tight_list();
            }
            NodeValue::Link(link) | NodeValue::Image(link) => self.address(link),
            _ => {}
        }
    }

    fn item(&mut self, box_: &str) {
        let Some(OpenList { list, next }) = self.lists.last_mut() else { return };
        let marker = match (list.list_type, list.delimiter) {
            (ListType::Bullet, _) => format!("- {box_}"),
            (ListType::Ordered, ListDelimType::Period) => format!("{next}. {box_}"),
            (ListType::Ordered, ListDelimType::Paren) => format!("{next}) {box_}"),
        };
        let (is_first, tight) = (*next == list.start, list.tight);
        *next += 1;
        if !is_first {
            self.writer.tight = tight;
        }
        let indent = " ".repeat(marker.len() - box_.len());
        self.writer.open(&marker, &indent);
        self.writer.tight = tight;
    }

    fn cell(&mut self) {
        if !std::mem::take(&mut self.first_cell) {
            self.writer.text(" | ");
        }
    }

    fn in_tight_list(&self) -> bool {
        self.lists.last().is_some_and(|open| open.list.tight)
    }

    fn block(&mut self, text: &str) {
        self.writer.block();
        self.writer.text(text.trim_end_matches('\n'));
    }

    /// The address behind a link's text, unless it is the text or is unsafe to follow.
    fn address(&mut self, link: &NodeLink) {
        let Some(mark) = self.links.pop() else { return };
        let url = link.url.as_str();
        let text = self.writer.since(mark).trim();
        let shown = text == url
            || url.strip_prefix("mailto:") == Some(text)
            || url.strip_prefix("http://") == Some(text);
        match (url.is_empty() || dangerous_url(url), shown, text.is_empty()) {
            (true, ..) | (_, true, _) => {}
            (_, _, true) => self.writer.text(url),
            _ => self.writer.text(&format!(" ({url})")),
        }
    }
}

#[cfg(test)]
#[path = "markdown_to_text_tests.rs"]
mod tests;
