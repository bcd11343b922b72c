use std::time::{Duration, Instant};

use super::*;

/// Longer than anything an AI writes should take, also unoptimised on a busy machine.
const BOUND: Duration = Duration::from_secs(10);

#[test]
fn markdown_becomes_the_html_that_it_means() {
    let cases = [
        ("**bold** and *soft*", "<p><strong>bold</strong> and <em>soft</em></p>"),
        ("# Title", "<h1>Title</h1>"),
        ("one\ntwo", "<p>one<br />\ntwo</p>"),
        ("one\n\ntwo", "<p>one</p>\n<p>two</p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. a\n4. b", "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>"),
        ("- a\n  - b", "<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul>\n</li>\n</ul>"),
        (
            "- [x] done\n- [ ] open",
            "<ul>\n<li><input type=\"checkbox\" checked=\"\" disabled=\"\" /> done</li>\n<li><input type=\"checkbox\" disabled=\"\" /> open</li>\n</ul>",
        ),
        ("[shop](https://x.org)", "<p><a href=\"https://x.org\">shop</a></p>"),
        ("see https://x.org", "<p>see <a href=\"https://x.org\">https://x.org</a></p>"),
        ("ann@x.org", "<p><a href=\"mailto:ann@x.org\">ann@x.org</a></p>"),
        ("`a < b`", "<p><code>a &lt; b</code></p>"),
        ("```rust\na\n```", "<pre><code class=\"language-rust\">a\n</code></pre>"),
        ("~~old~~", "<p><del>old</del></p>"),
        ("> said", "<blockquote>\n<p>said</p>\n</blockquote>"),
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
    let cases = [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("a <img src=x onerror=alert(1)> b", "<p>a &lt;img src=x onerror=alert(1)&gt; b</p>"),
        ("[x](javascript:alert(1))", "<p><a href=\"\">x</a></p>"),
        ("[x](JaVaScRiPt:alert(1))", "<p><a href=\"\">x</a></p>"),
        ("[x](vbscript:a)", "<p><a href=\"\">x</a></p>"),
        ("[x](file:///etc/passwd)", "<p><a href=\"\">x</a></p>"),
        ("![x](javascript:alert(1))", "<p><img src=\"\" alt=\"x\" /></p>"),
        ("[x](data:text/html;base64,AAAA)", "<p><a href=\"\">x</a></p>"),
        (
            "<a href=\"javascript:x\">y</a>",
            "<p>&lt;a href=&quot;javascript:x&quot;&gt;y&lt;/a&gt;</p>",
        ),
        (
            "[x](https://x.org/\"onclick=\"y)",
            "<p><a href=\"https://x.org/%22onclick=%22y\">x</a></p>",
        ),
        (
            "``` \"><script>\nx",
            "<pre><code class=\"language-&quot;&gt;&lt;script&gt;\">x</code></pre>",
        ),
        ("```\nnever closed\n<b>", "<pre><code>never closed\n&lt;b&gt;</code></pre>"),
        ("<!-- x --> y", "&lt;!-- x --&gt; y"),
        ("**never closed", "<p>**never closed</p>"),
        ("&lt;b&gt;", "<p>&lt;b&gt;</p>"),
    ];
    for (markdown, html) in cases {
        assert_eq!(markdown_to_html(markdown), html);
    }
}

#[test]
fn hostile_markdown_takes_bounded_time_in_both_forms() {
    let lines: String = (0..5_000).map(|_| "x\n").collect();
    let bullet = |depth: usize| "  ".repeat(depth) + "- x\n";
    let nested_list: String = (0..300).map(bullet).collect();
    let cases = [
        ("a long line", "word ".repeat(20_000)),
        ("one long word", "x".repeat(100_000)),
        ("stars", "*".repeat(100_000)),
        ("stars and letters", "*a ".repeat(33_000)),
        ("mixed stars", "**a_b*".repeat(16_000)),
        ("open brackets", "[".repeat(100_000)),
        ("open links", "[a](".repeat(25_000)),
        ("open images", "![a".repeat(33_000)),
        ("backticks", (1..400).map(|n| "`".repeat(n) + "a").collect()),
        ("nested quotes", ">".repeat(50_000) + "a"),
        ("nested quotes with many lines", "> ".repeat(5_000) + "a\n" + &lines),
        ("bullets in a line", "- ".repeat(50_000)),
        ("a nested list", nested_list),
        ("an open fence", "```\n".to_owned() + &lines),
        ("many fences", "```\n~~~\n".repeat(12_000)),
        ("an open tag", "<a ".repeat(33_000)),
        (
            "a wide table",
            "|a".repeat(5_000) + "\n" + &"|-".repeat(5_000) + "\n" + &"|b\n".repeat(2_000),
        ),
        ("at signs", "a@".repeat(50_000)),
        ("web addresses", "www.".repeat(25_000)),
        ("entities", "&#".repeat(50_000)),
        ("longer than is read", "*a* ".repeat(300_000)),
    ];
    for (what, markdown) in cases {
        let began = Instant::now();
        let answer = answer(&markdown, None);
        let took = began.elapsed();
        println!(
            "{what}: {took:?}, {} B of HTML, {} B of text",
            answer.html.len(),
            answer.text.len()
        );
        assert!(took < BOUND, "{what} took {took:?}");
        assert!(answer.html.len() + answer.text.len() < 20 * 1024 * 1024, "{what} explodes");
    }
}

#[test]
fn an_answer_carries_the_marker_and_readable_text_beside_its_html() {
    let answer = answer("**Hello**\n", None);
    assert_eq!(answer.html, format!("{AI_MARKER}<p><strong>Hello</strong></p>"));
    assert_eq!(answer.text, "Hello");
}

#[test]
fn the_signature_goes_under_the_answer_once_and_is_trusted() {
    let answer = answer("Hello <b>\n", Some("<p><b>Acme</b></p>"));
    assert_eq!(answer.html, format!("{AI_MARKER}<p>Hello &lt;b&gt;</p><br><p><b>Acme</b></p>"));
}
