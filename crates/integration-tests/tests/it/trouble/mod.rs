//! What befalls an installation: each is made to happen to the program as a process of its own, on a real file system.
//!
//! `docs/operations/trouble.md` says of each what one sees and what to do.

mod clock;
mod damage;
mod damaged_log;
mod descriptors;
mod disk;
mod disk_full;
mod held;
mod moved;
mod read_only;
mod root_key;
