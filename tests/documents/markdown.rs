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

#[test]
fn anchors_are_those_of_github() {
    let text = "# GET /orgs/{org}/status\n```\n# no heading\n```\n## `ai_response`, HubSpot's\n";
    let found: Vec<_> = anchors(text).collect();
    assert_eq!(found, ["get-orgsorgstatus", "ai_response-hubspots"]);
}

#[test]
fn links_are_found_outside_code() {
    let text = "see [a](b.md#c) and [d](../e.md)\n```\n[x](y)\n```\n";
    assert_eq!(links(text).collect::<Vec<_>>(), ["b.md#c", "../e.md"]);
}
