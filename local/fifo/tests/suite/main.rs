//! What callers see of the queues, of the endpoint and of the mapping.

#[cfg(test)]
mod deduplication;
#[cfg(test)]
mod endpoint;
#[cfg(test)]
mod endpoint_batches;
#[cfg(test)]
mod endpoint_queues;
#[cfg(test)]
mod endpoint_refusals;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod mapping;
#[cfg(test)]
mod mapping_limits;
#[cfg(test)]
mod order;
#[cfg(test)]
mod raw_http;
#[cfg(test)]
mod redrive;
#[cfg(test)]
mod running;
#[cfg(test)]
mod served;
#[cfg(test)]
mod support;
#[cfg(test)]
mod visibility;
#[cfg(test)]
mod waiting;
