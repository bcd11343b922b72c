//! The simulated portal through its API, its methods and its webhooks.

#[cfg(test)]
mod channels;
#[cfg(test)]
mod conversations;
#[cfg(test)]
mod objects;
#[cfg(test)]
mod people;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod support;
#[cfg(test)]
mod webhooks;
