use super::*;

#[test]
fn markdown_reads_as_a_person_would_have_typed_it() {
    let cases = [
        ("**bold**, *soft*, ~~old~~ and `code`", "bold, soft, old and code"),
        ("# Title\n\nText", "Title\n\nText"),
        ("one\ntwo  \nthree\\\nfour", "one\ntwo\nthree\nfour"),
        ("a\n\n\n\nb", "a\n\nb"),
        ("Try:\n- a\n- b **c**\n\nDone", "Try:\n\n- a\n- b c\n\nDone"),
        ("* a\n  * b\n    more\n* c", "- a\n  - b\n    more\n- c"),
        ("- a\n\n  second\n\n- b", "- a\n\n  second\n\n- b"),
        ("3. a\n4. b\n   - c", "3. a\n4. b\n   - c"),
        ("1) a", "1) a"),
        ("- [x] done\n- [ ] open", "- [x] done\n- [ ] open"),
        ("-\n- b", "-\n- b"),
        ("[shop](https://x.org/a?b=c) now", "shop (https://x.org/a?b=c) now"),
        ("see https://x.org, or ann@x.org", "see https://x.org, or ann@x.org"),
        ("[https://x.org](https://x.org)", "https://x.org"),
        ("[](https://x.org)", "https://x.org"),
        ("[click](javascript:alert(1))", "click"),
        ("![logo](https://x.org/l.png)", "logo (https://x.org/l.png)"),
        ("> quoted\n> more\n\nafter", "> quoted\n> more\n\nafter"),
        ("```\nlet a = 1;\n\n  b\n```", "let a = 1;\n\n  b"),
        ("> ```\n> a\n>\n> b\n> ```", "> a\n>\n> b"),
        ("a\n\n---\n\nb", "a\n\n---\n\nb"),
        ("|a|b|\n|-|-|\n|1|*2*|\n|3||", "a | b\n1 | 2\n3 |"),
        ("<b>raw</b> & &amp; text", "<b>raw</b> & & text"),
        ("5 \\* 3 and \\#1", "5 * 3 and #1"),
        ("snow\u{2603} und Grüße", "snow\u{2603} und Grüße"),
        ("", ""),
    ];
    for (markdown, text) in cases {
        assert_eq!(markdown_to_text(markdown), text, "{markdown:?}");
    }
}
