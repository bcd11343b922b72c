//! Cutting a text that is too long, where it hurts a reader least.

/// Cuts a text into pieces of at most `longest`, as `measure` tells for each
/// character: between words if it can be, else between characters as they are seen.
pub fn pieces(
    text: &str,
    longest: usize,
    measure: fn(char) -> usize,
) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut used = 0;
        let end = rest.char_indices().find_map(|(at, character)| {
            used += measure(character);
            (used > longest).then_some(at)
        });
        let (piece, left) = rest.split_at(end.map_or(rest.len(), |end| cut(rest, end)));
        rest = left;
        (!piece.is_empty()).then_some(piece)
    })
}

/// The best place to cut a text at or before `end`, without going far back.
fn cut(text: &str, end: usize) -> usize {
    const FAR: usize = 200;
    let near = text[..end].char_indices().rev().take(FAR);
    let word = near.clone().find(|(_, character)| character.is_whitespace());
    if let Some((at, space)) = word {
        return at + space.len_utf8();
    }
    let mut places = std::iter::once(end).chain(near.map(|(at, _)| at));
    places.find(|at| *at > 0 && is_between_characters(text, *at)).unwrap_or(end)
}

/// Returns whether a reader sees no character that a cut here would take apart.
fn is_between_characters(text: &str, at: usize) -> bool {
    let (before, after) = text.split_at(at);
    let joiner = before.ends_with(JOINER);
    !joiner && !after.chars().next().is_some_and(belongs_to_the_one_before)
}

/// Makes one picture of two.
const JOINER: char = '\u{200d}';

/// Accents, points, variants and skin tones, which are nothing by themselves.
fn belongs_to_the_one_before(character: char) -> bool {
    let ranges = [
        '\u{300}'..='\u{36f}',
        '\u{591}'..='\u{5c7}',
        '\u{64b}'..='\u{65f}',
        '\u{fe00}'..='\u{fe0f}',
        '\u{1f3fb}'..='\u{1f3ff}',
    ];
    character == JOINER || ranges.iter().any(|range| range.contains(&character))
}
