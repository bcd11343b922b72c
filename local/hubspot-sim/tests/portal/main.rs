//! The simulated portal as its users see it: through HTTP, its methods and its webhooks.

#[cfg(test)]
mod assignment;
#[cfg(test)]
mod associations;
#[cfg(test)]
mod control;
#[cfg(test)]
mod conversations;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod objects;
#[cfg(test)]
mod people;
#[cfg(test)]
mod posting;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod receiver;
#[cfg(test)]
mod redelivery;
#[cfg(test)]
mod search;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod support;
#[cfg(test)]
mod trouble;
#[cfg(test)]
mod validation;
#[cfg(test)]
mod webhooks;
