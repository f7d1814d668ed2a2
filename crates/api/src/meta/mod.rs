//! The service about itself: its documentation and its health.

pub(crate) mod documentation;
pub(crate) mod health;
pub(crate) mod openapi;
pub(crate) mod style;

use crate::operation::Tag;

const SERVICE: Tag = Tag {
    name: "Service",
    about: "The service about itself.",
};
