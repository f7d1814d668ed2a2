//! Connections that only read, shared by whoever asks.

use std::sync::{Mutex, PoisonError};

use rusqlite::Connection;
use storage::StorageError;

use crate::connect::{SqliteOptions, open_for_reading};
use crate::error::Result;
use crate::place::Place;
use crate::query;

/// Readers that are not in use just now. A read opens one when there is none, and puts it back.
#[derive(Debug)]
pub(crate) struct Readers {
    options: SqliteOptions,
    /// Where the file is that they must all read, for as long as somebody writes to it.
    place: Option<Place>,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(crate) fn new(options: SqliteOptions, place: Option<Place>) -> Self {
        Self {
            options,
            place,
            idle: Mutex::new(Vec::new()),
        }
    }

    /// Asks one question on the calling thread; questions are short, and the file is usually in memory.
    pub(crate) fn ask<T>(&self, question: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let reader = match idle {
            Some(reader) => reader,
            None => self.open()?,
        };
        let answer = question(&reader);
        if !reader.is_autocommit() {
            return answer;
        }
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < self.options.readers_max {
            idle.push(reader);
        }
        answer
    }

    /// Another file that has come under the name is not read: half of the answers would be of one, half of the other.
    fn open(&self) -> Result<Connection> {
        let reader = open_for_reading(&self.options)
            .map_err(|error| StorageError::Unavailable(error.to_string()))?;
        if let Some(place) = &self.place {
            place.check()?;
        }
        Ok(reader)
    }

    /// Asks several questions of one state of the database.
    pub(crate) fn ask_at_once<T>(
        &self,
        questions: impl FnOnce(&Connection) -> Result<T>,
    ) -> Result<T> {
        self.ask(|reader| {
            query::execute(reader, "BEGIN", [])?;
            let answer = questions(reader);
            query::execute(reader, "COMMIT", [])?;
            answer
        })
    }
}
