//! The queues, the endpoint and the event source mapping as their callers see them.

#[cfg(test)]
mod deduplication;
#[cfg(test)]
mod endpoint;
#[cfg(test)]
mod event_source_mapping;
#[cfg(test)]
mod long_poll;
#[cfg(test)]
mod order;
#[cfg(test)]
mod redrive;
#[cfg(test)]
mod same_as_emulator;
#[cfg(test)]
mod support;
#[cfg(test)]
mod validation;
#[cfg(test)]
mod visibility;
