//! The simulated OpenCX as its callers see it: over HTTP, and through the handle.

#[cfg(test)]
mod api;
#[cfg(test)]
mod control;
#[cfg(test)]
mod conversation;
#[cfg(test)]
mod delivery;
#[cfg(test)]
mod messages;
#[cfg(test)]
mod support;
#[cfg(test)]
mod validation;
