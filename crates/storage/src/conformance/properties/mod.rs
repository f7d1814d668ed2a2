//! What holds whatever is written, tried with many arbitrary cases.

mod batches;
mod events;
mod runner;
mod steps;

pub use batches::any_sequence_of_batches_leaves_what_the_model_says;
pub use events::any_event_survives_writing_and_reading_byte_for_byte;
