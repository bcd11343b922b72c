//! Citations of documents and files by their path from the root, in any text.

/// Top-level folders by which a cited path is recognised in a document's code spans.
const FOLDERS: [&str; 8] =
    ["docs/", "events/", "functions/", "hubspot-app/", "local/", "operator/", "shared/", "tests/"];

/// A cited path, and the anchor behind it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Citation<'a> {
    pub(crate) path: &'a str,
    pub(crate) anchor: Option<&'a str>,
}

/// The citations in a text, each with the number of its line: every `docs/….md`, with or
/// without `#anchor`, and every file of the other folders that stands in backticks.
pub(crate) fn of(text: &str) -> impl Iterator<Item = (usize, Citation<'_>)> {
    text.lines().zip(1..).flat_map(|(line, number)| {
        let in_ticks = line.split('`').skip(1).step_by(2).filter_map(file);
        words(line).filter_map(document).chain(in_ticks).map(move |citation| (number, citation))
    })
}

/// The names of documents in a text that stand without a folder, each with the number of
/// its line.
pub(crate) fn bare_names(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().zip(1..).flat_map(|(line, number)| {
        let is_name = |word: &&str| {
            !word.contains('/') && word.strip_suffix(".md").is_some_and(|name| !name.is_empty())
        };
        words(line)
            .filter_map(|word| word.split('#').next())
            .map(|word| word.trim_end_matches('.'))
            .filter(is_name)
            .map(move |name| (number, name))
    })
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !(c.is_alphanumeric() || matches!(c, '/' | '.' | '#' | '-' | '_')))
}

fn document(word: &str) -> Option<Citation<'_>> {
    let (path, anchor) = word.split_once('#').map_or((word, None), |(p, a)| (p, Some(a)));
    let anchor = anchor.map(|anchor| anchor.trim_end_matches('.')).filter(|it| !it.is_empty());
    let path = path.trim_end_matches('.');
    let is_document = path.starts_with("docs/") && path.rsplit('.').next() == Some("md");
    is_document.then_some(Citation { path, anchor })
}

fn file(span: &str) -> Option<Citation<'_>> {
    let is_path = FOLDERS.iter().any(|folder| span.starts_with(folder));
    let is_file = span.rsplit('/').next().is_some_and(|name| name.contains('.'));
    let is_literal = !span.contains(['{', '*', '<', '…', ' ', '#']);
    (is_path && is_file && is_literal).then_some(Citation { path: span, anchor: None })
}

#[test]
fn citations_are_found_in_comments_and_prose() {
    let text = "/// Reads it (docs/vendors/hubspot.md#webhooks).\n\
                see `shared/domain/src/lib.rs` and docs/ARCHITECTURE.md.\n`shared/*`";
    let found: Vec<_> = of(text).collect();
    let cited = |path, anchor| Citation { path, anchor };
    let expected = [
        (1, cited("docs/vendors/hubspot.md", Some("webhooks"))),
        (2, cited("docs/ARCHITECTURE.md", None)),
        (2, cited("shared/domain/src/lib.rs", None)),
    ];
    assert_eq!(found, expected);
}
