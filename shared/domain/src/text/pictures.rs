//! The pictures that stand in rich text.

use std::rc::Rc;

use htmd::Node;
use html5ever::Attribute;
use markup5ever_rcdom::NodeData;

use crate::text::html_to_markdown::{LONGEST, is_cut};
use crate::text::rich_tree::html_to_tree;

/// Most pictures that are read of one text.
const MOST_PICTURES: usize = 20;

/// A picture with an address from which it can be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Its description, else the last part of its address.
    pub name: String,
    /// Its address.
    pub url: String,
}

impl Picture {
    /// Returns HubSpot's id of a file that only users of the portal can fetch, as its address
    /// says (docs/vendors/hubspot-channels.md#attachments).
    pub fn private_file(&self) -> Option<&str> {
        let path = self.url.split(['?', '#']).next()?;
        let (folder, id) = path.strip_suffix("/signed-url-redirect")?.rsplit_once('/')?;
        let is_id = !id.is_empty() && id.chars().all(|c| c.is_ascii_digit());
        (is_id && folder.ends_with("/files")).then_some(id)
    }
}

/// Finds the pictures of a text outside of what it quotes. Pictures of a single point,
/// which only tell that a mail was opened, are left out.
pub(crate) fn pictures(html: &str) -> Vec<Picture> {
    if html.len() > LONGEST || !html.contains("<img") && !html.contains("<IMG") {
        return Vec::new();
    }
    let Some(tree) = html_to_tree(html) else { return Vec::new() };
    let mut found: Vec<Picture> = Vec::new();
    // The tree must outlive the walk: a node that is dropped takes its descendants apart.
    let mut left: Vec<Rc<Node>> = vec![tree.clone()];
    while let Some(node) = left.pop() {
        if let NodeData::Element { name, attrs, .. } = &node.data {
            let attributes = attrs.borrow();
            if &*name.local == "blockquote" || is_cut(&name.local, &attributes) {
                continue;
            }
            let picture = (&*name.local == "img").then(|| picture(&attributes)).flatten();
            found.extend(picture.filter(|new| found.iter().all(|known| known.url != new.url)));
        }
        left.extend(node.children.borrow().iter().rev().cloned());
    }
    found.truncate(MOST_PICTURES);
    found
}

fn picture(attributes: &[Attribute]) -> Option<Picture> {
    let url = value(attributes, "src").filter(|url| url.starts_with("http"))?;
    for side in ["width", "height"] {
        if matches!(value(attributes, side), Some("0" | "1" | "1px")) {
            return None;
        }
    }
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let last = path.rsplit('/').next().filter(|last| !last.is_empty() && last.len() < 100);
    let name = value(attributes, "alt").or(last).unwrap_or("picture");
    Some(Picture { name: name.to_owned(), url: url.to_owned() })
}

fn value<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a str> {
    let found = attributes.iter().find(|attribute| &*attribute.name.local == name)?;
    Some(found.value.trim()).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_found_once_in_order_and_not_in_quotations() {
        let cases = [
            ("<p>Look <img src='https://f/a.png'></p>", vec![("a.png", "https://f/a.png")]),
            (
                "<img alt='My cat' src='https://f/1'><p><IMG SRC='https://f/2.jpg?x=1'></p>",
                vec![("My cat", "https://f/1"), ("2.jpg", "https://f/2.jpg?x=1")],
            ),
            (
                "<img src='https://f/a.png'><img src='https://f/a.png'>",
                vec![("a.png", "https://f/a.png")],
            ),
            ("<img src='cid:1'><img src='data:image/png;base64,AA'><img>", vec![]),
            ("<img src='https://t/open.gif' width=1 height=1>", vec![]),
            ("<p>x</p><blockquote><img src='https://f/old.png'></blockquote>", vec![]),
            ("<div class=gmail_quote><img src='https://f/old.png'></div>", vec![]),
        ];
        for (html, expected) in cases {
            let found = pictures(html);
            let found: Vec<_> =
                found.iter().map(|one| (one.name.as_str(), one.url.as_str())).collect();
            assert_eq!(found, expected, "{html}");
        }
    }

    #[test]
    fn a_private_file_is_known_by_its_address() {
        let cases = [
            (
                "https://api.hubspot.com/filemanager/api/v2/files/16159/signed-url-redirect",
                Some("16159"),
            ),
            (
                "https://api-eu1.hubspot.com/filemanager/api/v2/files/7/signed-url-redirect?portalId=2",
                Some("7"),
            ),
            ("https://api.hubspot.com/filemanager/api/v2/files/7/thumb", None),
            ("https://f/files/../signed-url-redirect", None),
            ("https://f/hubfs/7/signed-url-redirect", None),
            ("https://f/hubfs/2/photo.png", None),
        ];
        for (url, expected) in cases {
            let picture = Picture { name: String::new(), url: url.to_owned() };
            assert_eq!(picture.private_file(), expected, "{url}");
        }
    }
}
