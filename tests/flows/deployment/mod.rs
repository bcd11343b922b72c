//! The template and the sample events fit the code.

mod samples;
mod template;
