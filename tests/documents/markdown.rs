//! Headings and links of a Markdown document.

/// The lines of a document outside fenced code.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut fenced = false;
    text.lines().filter(move |line| {
        let is_fence = line.starts_with("```");
        fenced ^= is_fence;
        !fenced && !is_fence
    })
}

/// The anchors of a document's headings, as GitHub makes them.
pub(crate) fn anchors(text: &str) -> impl Iterator<Item = String> {
    prose(text).filter(|line| line.starts_with('#')).map(|line| slug(line.trim_start_matches('#')))
}

fn slug(heading: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    heading.trim().to_lowercase().chars().filter(kept).collect::<String>().replace(' ', "-")
}

/// The targets of a document's inline links.
pub(crate) fn links(text: &str) -> impl Iterator<Item = &str> {
    prose(text)
        .flat_map(|line| line.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0)))
}

/// The fenced blocks of code of a document.
pub(crate) fn code_blocks(text: &str) -> impl Iterator<Item = String> {
    let mut parts = text.split("\n```").skip(1).step_by(2);
    std::iter::from_fn(move || Some(parts.next()?.split_once('\n')?.1.to_owned()))
}

/// The words in backticks of the first cell of each row of a document's tables.
pub(crate) fn first_cells(text: &str) -> impl Iterator<Item = &str> {
    let rows = text.lines().filter_map(|line| line.strip_prefix("| "));
    rows.flat_map(|row| row.split(" | ").next().unwrap_or(row).split('`').skip(1).step_by(2))
}

#[test]
fn anchors_are_those_of_github() {
    let text = "# GET /orgs/{org}/status\n```\n# no heading\n```\n## `ai_response`, HubSpot's\n";
    let found: Vec<_> = anchors(text).collect();
    assert_eq!(found, ["get-orgsorgstatus", "ai_response-hubspots"]);
}

#[test]
fn links_are_found_outside_code() {
    let text = "see [a](GLOSSARY.md#c) and [d](../README.md)\n```\n[x](y)\n```\n";
    assert_eq!(links(text).collect::<Vec<_>>(), ["GLOSSARY.md#c", "../README.md"]);
}

#[test]
fn code_blocks_and_rows_are_found() {
    let text = "a\n```json\n{}\n[]\n```\n| `a`, `b` | `c` |\n";
    assert_eq!(code_blocks(text).collect::<Vec<_>>(), ["{}\n[]"]);
    assert_eq!(first_cells(text).collect::<Vec<_>>(), ["a", "b"]);
}
