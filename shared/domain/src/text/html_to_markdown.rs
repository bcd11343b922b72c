//! The rich text of a mail or chat as Markdown, without what was only quoted.

use std::rc::Rc;

use htmd::element_handler::{HandlerResult, Handlers};
use htmd::options::{BulletListMarker, Options};
use htmd::{Element, HtmlToMarkdown, Node};
use html5ever::Attribute;
use markup5ever_rcdom::NodeData;

use crate::text::bounded_dom::DEEPEST;
use crate::text::rich_tree::html_to_tree;

/// Longest rich text that is read, and longest Markdown that it may become, in bytes.
pub(crate) const LONGEST: usize = 256 * 1024;

/// Most lists and quotations in each other: every line stands behind the marks of all.
const MOST_INDENTS: usize = 12;

/// The names by which mail programs mark a quotation of what was said before, or the rep's
/// own signature, in a class or id. HubSpot documents none of its own; these are its
/// names as far as they are seen, and those of Gmail, Apple Mail, Outlook, Thunderbird,
/// Yahoo and Proton, whose mail passes through it. The guess is in this place only.
const CUT: [&str; 19] = [
    "hs_reply",
    "hs-reply",
    "hs_quote",
    "hs-quote",
    "hs_quoted",
    "hs-quoted",
    "hs_signature",
    "hs-signature",
    "gmail_quote",
    "gmail_quote_container",
    "gmail_attr",
    "gmail_signature",
    "gmail_signature_prefix",
    "moz-cite-prefix",
    "moz-signature",
    "yahoo_quoted",
    "protonmail_quote",
    "divrplyfwdmsg",
    "appendonsend",
];

/// The elements that are looked at for these names.
const MAY_BE_CUT: [&str; 6] = ["div", "span", "p", "blockquote", "table", "section"];

/// Converts rich text. `None` for what is too large or too deep to be read.
pub(crate) fn html_to_markdown(html: &str) -> Option<String> {
    if html.len() > LONGEST {
        return None;
    }
    let tree = html_to_tree(html)?;
    let options = Options {
        bullet_list_marker: BulletListMarker::Dash,
        ul_bullet_spacing: 1,
        ol_number_spacing: 1,
        ..Options::default()
    };
    let converter = HtmlToMarkdown::builder()
        .options(options)
        .skip_tags(vec!["script", "style", "title", "head", "iframe", "noembed", "noframes"])
        .add_handler(MAY_BE_CUT.to_vec(), unless_cut)
        .build();
    if !is_readable(&tree) {
        return None;
    }
    let markdown = converter.tree_to_markdown(&tree);
    (markdown.len() <= LONGEST).then(|| markdown.trim().to_owned())
}

/// Leaves out an element that only quotes, or that is the writer's signature.
fn unless_cut(handlers: &dyn Handlers, element: Element<'_>) -> Option<HandlerResult> {
    if is_cut(element.tag, element.attrs) { None } else { handlers.fallback(element) }
}

pub(crate) fn is_cut(tag: &str, attributes: &[Attribute]) -> bool {
    MAY_BE_CUT.contains(&tag)
        && attributes.iter().any(|attribute| {
            let value = attribute.value.to_ascii_lowercase();
            match &*attribute.name.local {
                "class" | "id" => value.split_ascii_whitespace().any(|name| CUT.contains(&name)),
                // Apple Mail, Outlook and Thunderbird.
                "type" => tag == "blockquote" && value == "cite",
                name => name.starts_with("data-hs-signature"),
            }
        })
}

/// Returns whether what is read of a tree is not nested too deep; found without recursion.
fn is_readable(tree: &Rc<Node>) -> bool {
    let mut left = vec![(tree.clone(), 0, 0)];
    while let Some((node, depth, mut indents)) = left.pop() {
        if let NodeData::Element { name, attrs, .. } = &node.data {
            if is_cut(&name.local, &attrs.borrow()) {
                continue;
            }
            indents += usize::from(matches!(&*name.local, "blockquote" | "ul" | "ol"));
        }
        if depth > DEEPEST || indents > MOST_INDENTS {
            return false;
        }
        left.extend(node.children.borrow().iter().map(|node| (node.clone(), depth + 1, indents)));
    }
    true
}
