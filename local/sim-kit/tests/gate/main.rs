//! The gate of a simulator, through HTTP.

#[cfg(test)]
mod cases;
