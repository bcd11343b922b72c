//! Markdown of an AI, rich text of a rep or customer.

use adversarial_inputs::{hold, html, html_pattern, markdown, markdown_pattern, text};
use html5ever::tokenizer::{
    BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use serde_json::json;
use std::cell::RefCell;

use crate::hubspot::message::Message;
use crate::opencx::events::Channel;
use crate::rules::rep_reply::reply_text;
use crate::text::html_to_markdown::html_to_markdown;
use crate::text::markdown_to_html::{answer, draft, markdown_to_html};
use crate::text::markdown_to_text::markdown_to_text;

/// As large as is read, so that what costs the square of its size is seen to hang.
const LARGE: usize = 256 * 1024;

/// The elements of an answer, with the attributes of each.
const SAFE: [(&str, &[&str]); 26] = [
    ("p", &[]),
    ("br", &[]),
    ("hr", &[]),
    ("em", &[]),
    ("strong", &[]),
    ("del", &[]),
    ("h1", &[]),
    ("h2", &[]),
    ("h3", &[]),
    ("h4", &[]),
    ("h5", &[]),
    ("h6", &[]),
    ("ul", &[]),
    ("ol", &["start"]),
    ("li", &[]),
    ("blockquote", &[]),
    ("pre", &[]),
    ("code", &["class"]),
    ("a", &["href", "title"]),
    ("img", &["src", "alt", "title"]),
    ("table", &[]),
    ("thead", &[]),
    ("tbody", &[]),
    ("tr", &[]),
    ("th", &["align"]),
    ("td", &["align"]),
];

const CHECKBOX: (&str, &[&str]) = ("input", &["type", "checked", "disabled"]);

/// Collects what is wrong with HTML: tags and attributes that are not expected, unsafe
/// addresses, tags that are not closed or not opened.
#[derive(Default)]
struct Faults {
    open: RefCell<Vec<String>>,
    found: RefCell<Vec<String>>,
}

impl TokenSink for Faults {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) => {
                let name = tag.name.to_string();
                let is_void = ["br", "hr", "img", "input"].contains(&name.as_str());
                let known = SAFE.iter().chain([&CHECKBOX]).find(|(safe, _)| *safe == name);
                let Some((_, attributes)) = known else {
                    self.found.borrow_mut().push(format!("<{name}>"));
                    return TokenSinkResult::Continue;
                };
                for attribute in &tag.attrs {
                    let (key, value) = (attribute.name.local.to_string(), &attribute.value);
                    let url: String = value.to_lowercase().split_whitespace().collect();
                    let unsafe_url = ["javascript:", "vbscript:", "data:", "file:"]
                        .iter()
                        .any(|scheme| url.starts_with(scheme) && !url.starts_with("data:image/"));
                    if !attributes.contains(&key.as_str()) || (key != "title" && unsafe_url) {
                        self.found.borrow_mut().push(format!("{name} {key}={value}"));
                    }
                }
                match tag.kind {
                    TagKind::StartTag if !is_void => self.open.borrow_mut().push(name),
                    TagKind::EndTag if self.open.borrow_mut().pop() != Some(name.clone()) => {
                        self.found.borrow_mut().push(format!("</{name}>"));
                    }
                    _ => {}
                }
            }
            Token::CommentToken(text) => self.found.borrow_mut().push(format!("<!--{text}")),
            Token::DoctypeToken(_) => self.found.borrow_mut().push("<!doctype>".to_owned()),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

fn faults(html: &str) -> Vec<String> {
    let input = BufferQueue::default();
    input.push_back(html.into());
    let tokenizer = Tokenizer::new(Faults::default(), TokenizerOpts::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let mut found = tokenizer.sink.found.take();
    found.extend(tokenizer.sink.open.take().into_iter().map(|open| format!("unclosed {open}")));
    found
}

/// Both forms of an answer, and their bounds: 32 times the Markdown at most.
fn is_safe(markdown: &str) -> Result<(), TestCaseError> {
    let html = markdown_to_html(markdown);
    prop_assert_eq!(faults(&html), [""; 0], "{}", html);
    let text = markdown_to_text(markdown);
    let most = 32 * markdown.len() + 1024;
    prop_assert!(html.len() <= most, "{} B of HTML", html.len());
    prop_assert!(text.len() <= most, "{} B of text", text.len());
    Ok(())
}

#[test]
fn an_answer_is_safe_and_well_formed_whatever_the_ai_wrote() {
    hold(256, prop_oneof![4 => markdown(), 1 => text()], |markdown| {
        is_safe(&markdown)?;
        let (answer, draft) = (answer(&markdown, None), draft(&markdown));
        prop_assert_eq!(
            faults(answer.html.strip_prefix(crate::rules::markers::AI_MARKER).unwrap()),
            [""; 0]
        );
        prop_assert_eq!(faults(&draft.html), [""; 0]);
        Ok(())
    });
}

#[test]
fn large_and_deep_markdown_costs_bounded_time_and_space() {
    hold(8, markdown_pattern(LARGE - 1024), |markdown| is_safe(&markdown));
}

fn message(rich: &str) -> Message {
    serde_json::from_value(json!({ "id": "1", "type": "MESSAGE", "richText": rich })).unwrap()
}

fn no_tags(rich: &str) -> Result<(), TestCaseError> {
    if let Some(markdown) = html_to_markdown(rich) {
        prop_assert!(markdown.len() <= LARGE);
        prop_assert!(!markdown.contains("tag-marker"), "{}", markdown);
    }
    let message = message(rich);
    for channel in [Channel::Sms, Channel::Web] {
        let text = reply_text(&message, Some(channel), Some("<b>Acme</b>"));
        prop_assert!(!text.contains("tag-marker"), "{}", text);
        prop_assert!(text.len() <= 32 * LARGE, "{} B", text.len());
    }
    prop_assert!(!message.words().contains("tag-marker"));
    Ok(())
}

#[test]
fn a_text_never_shows_a_tag_that_was_markup() {
    hold(256, html(), |rich| no_tags(&rich));
}

#[test]
fn large_and_deep_rich_text_costs_bounded_time_and_space() {
    hold(12, html_pattern(LARGE - 32 * 1024), |rich| no_tags(&rich));
}
