//! The rich text of a mail or chat as Markdown, without what was only quoted.

use std::collections::HashMap;
use std::rc::Rc;

use htmd::element_handler::{HandlerResult, Handlers};
use htmd::options::{BulletListMarker, Options};
use htmd::{Element, HtmlToMarkdown, Node};

/// Longest rich text that is read, in bytes.
const LONGEST: usize = 256 * 1024;

/// Most elements that may be open at a time before it is parsed: a parser of HTML takes
/// time in the square of it.
const MOST_OPEN: usize = 500;

/// Elements that are never closed.
const VOID: [&str; 13] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
];

/// Deepest nesting that is read: the converter recurses, and an invocation has the
/// stack of one thread.
const DEEPEST: usize = 100;

/// What a mail program calls the part that quotes what was said before, or the rep's
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

/// Converts rich text. `None` for what is too large or too deep to be read.
pub(crate) fn html_to_markdown(html: &str) -> Option<String> {
    if html.len() > LONGEST || most_open(html) > MOST_OPEN {
        return None;
    }
    let options = Options {
        bullet_list_marker: BulletListMarker::Dash,
        ul_bullet_spacing: 1,
        ol_number_spacing: 1,
        ..Options::default()
    };
    let converter = HtmlToMarkdown::builder()
        .options(options)
        .skip_tags(vec!["script", "style", "title", "head"])
        .add_handler(vec!["div", "span", "p", "blockquote", "table", "section"], unless_cut)
        .build();
    let tree = converter.html_to_tree(html).ok()?;
    (depth(&tree) <= DEEPEST).then(|| converter.tree_to_markdown(&tree).trim().to_owned())
}

/// Leaves out an element that only quotes, or that is the writer's signature.
fn unless_cut(handlers: &dyn Handlers, element: Element<'_>) -> Option<HandlerResult> {
    let cut = element.attrs.iter().any(|attribute| {
        let value = attribute.value.to_ascii_lowercase();
        match &*attribute.name.local {
            "class" | "id" => value.split_ascii_whitespace().any(|name| CUT.contains(&name)),
            // Apple Mail, Outlook and Thunderbird.
            "type" => element.tag == "blockquote" && value == "cite",
            name => name.starts_with("data-hs-signature"),
        }
    });
    if cut { None } else { handlers.fallback(element) }
}

/// How many elements are open at most, as a scan without parsing tells: never less than
/// a parser would find.
fn most_open(html: &str) -> usize {
    let mut open: HashMap<String, usize> = HashMap::new();
    let (mut total, mut most) = (0_usize, 0);
    for tag in html.split('<').skip(1) {
        let (closes, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
        let end = tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len());
        let name = tag.get(..end).unwrap_or_default().to_ascii_lowercase();
        if name.is_empty() || VOID.contains(&name.as_str()) {
            continue;
        }
        let count = open.entry(name).or_default();
        if !closes {
            *count += 1;
            total += 1;
        } else if *count > 0 {
            *count -= 1;
            total -= 1;
        }
        most = most.max(total);
    }
    most
}

/// How deep a tree is; without recursion.
fn depth(tree: &Rc<Node>) -> usize {
    let mut level = vec![tree.clone()];
    let mut depth = 0;
    while !level.is_empty() && depth <= DEEPEST {
        depth += 1;
        let below = |node: &Rc<Node>| node.children.borrow().clone();
        level = level.iter().flat_map(below).collect();
    }
    depth
}
