//! The request that is being worked on: its id and its trace, for the records of the log and for what is traced.
//!
//! Everything that runs in the request's own task can ask for it, so that nothing need be handed down. It knows no HTTP.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::time::Instant;

use uuid::Uuid;

tokio::task_local! {
    static CURRENT: Request;
}

/// What names a request in its answer and in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestId {
    /// A UUID of ours, as text.
    Made([u8; 36]),
    /// What the caller named it.
    Given(Box<str>),
}

/// What names a trace (W3C Trace Context): a caller's request and all that follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceId(pub [u8; 16]);

/// A part of the work on a request that is shown in its trace.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// What was done.
    pub name: &'static str,
    /// When it began.
    pub began: Instant,
    /// When it was done.
    pub ended: Instant,
}

/// A request that is being worked on.
#[derive(Debug)]
pub struct Request {
    /// Its id.
    pub id: RequestId,
    /// The trace that it belongs to; none where nobody asked for one.
    pub trace: Option<TraceId>,
    operation: Cell<Option<&'static str>>,
    /// Noted only for a request that is traced.
    steps: Option<RefCell<Vec<Step>>>,
}

impl RequestId {
    /// A UUID as the id.
    #[must_use]
    pub fn of(uuid: Uuid) -> Self {
        let mut text = [0; 36];
        uuid.hyphenated().encode_lower(&mut text);
        Self::Made(text)
    }

    /// The id as text: ASCII, as it stands in the answer.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Made(text) => std::str::from_utf8(text).unwrap_or_default(),
            Self::Given(text) => text,
        }
    }
}

impl fmt::Display for TraceId {
    /// 32 lower-case hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Request {
    /// A request that begins. Its steps are noted only if it is to be shown in a trace.
    #[must_use]
    pub fn new(id: RequestId, trace: Option<TraceId>, is_traced: bool) -> Self {
        Self {
            id,
            trace,
            operation: Cell::new(None),
            steps: is_traced.then(RefCell::default),
        }
    }

    /// The operation that it asks for, once that is known.
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        self.operation.get()
    }

    /// Whether it is to be shown in a trace.
    #[must_use]
    pub fn is_traced(&self) -> bool {
        self.steps.is_some()
    }

    /// What was done for it so far, in the order in which it ended; nothing for a request that is not traced.
    #[must_use]
    pub fn take_steps(&mut self) -> Vec<Step> {
        self.steps
            .as_mut()
            .map(|steps| std::mem::take(steps.get_mut()))
            .unwrap_or_default()
    }

    /// Does the work of the request; answers with it what has become of the request.
    pub async fn during<T>(self, work: impl Future<Output = T>) -> (T, Option<Self>) {
        let mut work = pin!(CURRENT.scope(self, work));
        let done = work.as_mut().await;
        (done, work.as_mut().take_value())
    }

    /// Does something short in the name of the request.
    pub fn around<T>(self, work: impl FnOnce() -> T) -> T {
        CURRENT.sync_scope(self, work)
    }
}

/// Asks the request that this task works on; nothing where it works on none.
pub fn current<T>(ask: impl FnOnce(&Request) -> T) -> Option<T> {
    CURRENT.try_with(ask).ok()
}

/// Notes which operation the present request asks for.
pub fn has_operation(id: &'static str) {
    current(|request| request.operation.set(Some(id)));
}

/// Does a part of the work, which is shown in the trace where the request is traced.
pub async fn step<T>(name: &'static str, work: impl Future<Output = T>) -> T {
    if current(|request| request.steps.is_some()) != Some(true) {
        return work.await;
    }
    let began = Instant::now();
    let done = work.await;
    let ended = Instant::now();
    current(|request| {
        if let Some(steps) = &request.steps {
            steps.borrow_mut().push(Step { name, began, ended });
        }
    });
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(is_traced: bool) -> Request {
        let id = RequestId::of(Uuid::from_u128(1));
        Request::new(id, Some(TraceId([0xab; 16])), is_traced)
    }

    #[tokio::test]
    async fn whoever_works_for_a_request_knows_it() {
        assert_eq!(current(|_| ()), None);
        let work = async {
            has_operation("x_get");
            current(|request| request.id.as_str().to_owned())
        };
        let (id, request) = request(false).during(work).await;
        assert_eq!(id.as_deref(), Some("00000000-0000-0000-0000-000000000001"));
        assert_eq!(request.unwrap().operation(), Some("x_get"));
        assert_eq!(current(|_| ()), None);
    }

    #[tokio::test]
    async fn steps_are_noted_for_a_traced_request_alone() {
        for is_traced in [true, false] {
            let work = step("write", async { 7 });
            let (done, request) = request(is_traced).during(work).await;
            let steps = request.unwrap().take_steps();
            assert_eq!((done, steps.len()), (7, usize::from(is_traced)));
        }
    }

    #[test]
    fn a_trace_id_is_written_in_hexadecimal() {
        assert_eq!(TraceId([0xab; 16]).to_string(), "ab".repeat(16));
    }
}
