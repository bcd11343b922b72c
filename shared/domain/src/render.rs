//! The AI's Markdown as HTML that may stand in a customer's mail.

use comrak::Options;

use crate::judge::AI_MARKER;

/// An answer in the two forms that HubSpot takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// For readers and channels without HTML.
    pub text: String,
    /// For mail and chat.
    pub html: String,
}

/// Renders an answer. `signature` is trusted HTML and goes under it, once.
pub fn answer(markdown: &str, signature: Option<&str>) -> Answer {
    let mut html = format!("{AI_MARKER}{}", markdown_to_html(markdown));
    if let Some(signature) = signature {
        html.push_str("<br>");
        html.push_str(signature);
    }
    Answer { text: markdown.trim().to_owned(), html }
}

/// Renders Markdown: `CommonMark` with tables, strikethrough, autolinks and task
/// lists. Raw HTML in it is escaped, links with unsafe schemes lose their target,
/// and a line break stays one, as people expect of a mail.
pub fn markdown_to_html(markdown: &str) -> String {
    let mut options = Options::default();
    options.extension.autolink = true;
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.tasklist = true;
    options.render.escape = true;
    options.render.hardbreaks = true;
    comrak::markdown_to_html(markdown, &options).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_becomes_the_html_that_it_means() {
        let cases = [
            ("**bold** and *soft*", "<p><strong>bold</strong> and <em>soft</em></p>"),
            ("one\ntwo", "<p>one<br />\ntwo</p>"),
            ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
            ("[shop](https://x.org)", "<p><a href=\"https://x.org\">shop</a></p>"),
            ("see https://x.org", "<p>see <a href=\"https://x.org\">https://x.org</a></p>"),
            ("`a < b`", "<p><code>a &lt; b</code></p>"),
            ("~~old~~", "<p><del>old</del></p>"),
            (
                "|a|\n|-|\n|1|",
                "<table>\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n</tr>\n</tbody>\n</table>",
            ),
        ];
        for (markdown, html) in cases {
            assert_eq!(markdown_to_html(markdown), html);
        }
    }

    #[test]
    fn nothing_in_an_answer_becomes_live_html() {
        for hostile in [
            "<script>alert(1)</script>",
            "a <img src=x onerror=alert(1)> b",
            "[x](javascript:alert(1))",
            "![x](javascript:alert(1))",
            "[x](data:text/html;base64,AAAA)",
            "<a href=\"javascript:x\">y</a>",
        ] {
            let html = markdown_to_html(hostile);
            for live in
                ["<script", "<img src=x", "href=\"javascript", "src=\"javascript", "href=\"data"]
            {
                assert!(!html.contains(live), "{hostile} became {html}");
            }
        }
    }

    #[test]
    fn the_signature_goes_under_the_answer_once() {
        let answer = answer("Hello\n", Some("<p>Acme</p>"));
        assert_eq!(answer.html, format!("{AI_MARKER}<p>Hello</p><br><p>Acme</p>"));
        assert_eq!(answer.text, "Hello");
    }
}
