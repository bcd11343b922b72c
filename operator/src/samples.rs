//! Sample events, as the vendors send them.

use clap::builder::PossibleValuesParser;

macro_rules! sample {
    ($name:literal) => {
        ($name, include_str!(concat!("../../events/", $name, ".json")))
    };
}

/// Sample events, in the order of a conversation.
pub(crate) const SAMPLES: [(&str, &str); 6] = [
    sample!("started"),
    sample!("ai-response"),
    sample!("handoff"),
    sample!("closed"),
    sample!("hubspot-message"),
    sample!("hubspot-property"),
];

/// Takes the name of a sample; an error names all.
pub(crate) fn names() -> PossibleValuesParser {
    SAMPLES.map(|(name, _)| name).into()
}
