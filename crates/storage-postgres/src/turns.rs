//! Whose question goes down which line, and when.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use storage::StorageError;
use tokio::sync::Semaphore;

use crate::error::Result;
use crate::figures::InUse;

/// Questions on their way down one line, so that the server has the next one at hand when it has answered. All others wait
/// for whichever line is free first: a process of the server that is held up holds up no more than these.
const PLACES: usize = 8;

/// How long a question may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Size {
    /// A few rows, found by their keys.
    Short,
    /// A page, perhaps of rows that are not in memory. It has a line for itself, and there are lines without any.
    Long,
}

/// The lines by what is on its way there.
#[derive(Debug)]
pub(crate) struct Turns {
    lines: Mutex<Vec<Load>>,
    /// Free places of all lines. Who waits for one is served in the order of coming.
    free: Semaphore,
    /// Long questions that may begin.
    free_for_long: Semaphore,
    /// Questions that wait or are on their way.
    asking: AtomicUsize,
    asking_max: usize,
}

#[derive(Clone, Copy, Debug, Default)]
struct Load {
    /// How often the line was renewed.
    generation: u64,
    places_taken: usize,
    long: usize,
}

/// A question that is counted until it is dropped.
#[derive(Debug)]
struct Asking<'a>(&'a Turns);

/// A place on a line, until it is dropped.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    turns: &'a Turns,
    _asking: Asking<'a>,
    line: usize,
    generation: u64,
    size: Size,
}

impl Size {
    /// Places that it takes; a whole number of them that no line has more than.
    fn places(self) -> usize {
        match self {
            Self::Short => 1,
            Self::Long => PLACES,
        }
    }

    fn permits(self) -> u32 {
        u32::try_from(self.places()).unwrap_or(u32::MAX)
    }
}

impl Turns {
    /// For so many lines, each with so many questions that wait or are on their way.
    pub(crate) fn new(lines: usize, questions_max: usize) -> Self {
        Self {
            lines: Mutex::new(vec![Load::default(); lines]),
            free: Semaphore::new(lines * PLACES),
            free_for_long: Semaphore::new(lines.div_ceil(2)),
            asking: AtomicUsize::new(0),
            asking_max: lines * questions_max,
        }
    }

    /// Waits for a place on the line with the most of them.
    ///
    /// # Errors
    /// Too many wait already.
    pub(crate) async fn take(&self, size: Size) -> Result<Turn<'_>> {
        let asking = self.count()?;
        let closed = |_| StorageError::Unavailable("reading has ended".to_owned());
        let long = match size {
            Size::Short => None,
            Size::Long => Some(self.free_for_long.acquire().await.map_err(closed)?),
        };
        let free = self.free.acquire_many(size.permits()).await;
        free.map_err(closed)?.forget();
        if let Some(long) = long {
            long.forget();
        }
        Ok(self.begin(asking, size))
    }

    /// What is on its way down these lines is not waited for: others take the places.
    pub(crate) fn renew(&self, line: usize) {
        if let Some(load) = self.lines().get_mut(line) {
            self.free.add_permits(load.places_taken);
            self.free_for_long.add_permits(load.long);
            *load = Load {
                generation: load.generation + 1,
                ..Load::default()
            };
        }
    }

    pub(crate) fn in_use(&self) -> InUse {
        let lines = self.lines();
        let connections = lines.iter().filter(|load| load.places_taken > 0).count();
        InUse {
            connections,
            max: lines.len(),
            waiting: self
                .asking
                .load(Ordering::Relaxed)
                .saturating_sub(connections),
        }
    }

    fn count(&self) -> Result<Asking<'_>> {
        let before = self.asking.fetch_add(1, Ordering::Relaxed);
        let asking = Asking(self);
        if before < self.asking_max {
            return Ok(asking);
        }
        let lines = self.lines().len();
        let max = self.asking_max;
        Err(StorageError::Unavailable(format!(
            "{max} questions wait for {lines} connections"
        )))
    }

    fn begin<'a>(&'a self, asking: Asking<'a>, size: Size) -> Turn<'a> {
        let mut lines = self.lines();
        let emptiest = lines.iter_mut().enumerate();
        let emptiest = emptiest.min_by_key(|(_, load)| load.places_taken);
        let (line, generation) = emptiest.map_or((0, 0), |(line, load)| {
            load.places_taken += size.places();
            load.long += usize::from(size == Size::Long);
            (line, load.generation)
        });
        Turn {
            turns: self,
            _asking: asking,
            line,
            generation,
            size,
        }
    }

    fn lines(&self) -> MutexGuard<'_, Vec<Load>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn<'_> {
    /// Which line, from 0.
    pub(crate) fn line(&self) -> usize {
        self.line
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut lines = self.turns.lines();
        let line = lines.get_mut(self.line);
        let Some(load) = line.filter(|load| load.generation == self.generation) else {
            return;
        };
        load.places_taken -= self.size.places();
        if self.size == Size::Long {
            load.long -= 1;
            self.turns.free_for_long.add_permits(1);
        }
        drop(lines);
        self.turns.free.add_permits(self.size.places());
    }
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        self.0.asking.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    /// The turn, if it is there at once.
    fn take(turns: &Turns, size: Size) -> Option<Turn<'_>> {
        turns.take(size).now_or_never().map(Result::unwrap)
    }

    fn all_short(turns: &Turns) -> Vec<Turn<'_>> {
        std::iter::from_fn(|| take(turns, Size::Short)).collect()
    }

    #[test]
    fn the_emptiest_line_is_next_and_none_has_more_than_its_places() {
        let turns = Turns::new(2, 256);
        let taken = all_short(&turns);
        let lines = taken.iter().map(Turn::line);
        assert!(lines.eq([0, 1].into_iter().cycle().take(2 * PLACES)));
        let of_the_second = taken.into_iter().filter(|turn| turn.line() == 1);
        let kept: Vec<_> = of_the_second.collect();
        assert_eq!(kept.len(), PLACES);
        let again = all_short(&turns);
        assert!(again.iter().all(|turn| turn.line() == 0));
        assert_eq!(again.len(), PLACES);
    }

    #[tokio::test]
    async fn who_waits_is_served_in_the_order_of_coming() {
        let turns = Turns::new(1, 256);
        let mut taken = all_short(&turns);
        let (mut first, mut second) = (
            Box::pin(turns.take(Size::Short)),
            Box::pin(turns.take(Size::Short)),
        );
        assert!((&mut first).now_or_never().is_none());
        assert!((&mut second).now_or_never().is_none());
        taken.pop();
        assert!((&mut second).now_or_never().is_none());
        let served = first.await.unwrap();
        drop(served);
        second.await.unwrap();
    }

    #[test]
    fn those_beyond_the_limit_are_refused_and_those_that_left_are_not_counted() {
        let turns = Turns::new(1, PLACES + 1);
        let taken = all_short_but_one(&turns);
        let mut waits = Box::pin(turns.take(Size::Short));
        assert!((&mut waits).now_or_never().is_none());
        let refused = turns.take(Size::Short).now_or_never().unwrap();
        let StorageError::Unavailable(why) = refused.unwrap_err() else {
            panic!("another error");
        };
        assert!(why.contains("questions wait"), "{why}");
        drop(waits);
        assert!(turns.take(Size::Short).now_or_never().is_none());
        drop(taken);
        assert!(take(&turns, Size::Short).is_some());
    }

    fn all_short_but_one(turns: &Turns) -> Vec<Turn<'_>> {
        (0..PLACES)
            .map_while(|_| take(turns, Size::Short))
            .collect()
    }

    #[test]
    fn long_ones_have_half_of_the_lines_each_for_itself() {
        let turns = Turns::new(4, 256);
        let long = [take(&turns, Size::Long), take(&turns, Size::Long)];
        let lines = long.each_ref().map(|turn| turn.as_ref().unwrap().line());
        assert_eq!(lines, [0, 1]);
        assert!(take(&turns, Size::Long).is_none());
        let short = all_short(&turns);
        assert_eq!(short.len(), 2 * PLACES);
        assert!(short.iter().all(|turn| turn.line() >= 2));
        drop(short);
        drop(long);
        assert!(take(&turns, Size::Long).is_some());
    }

    #[test]
    fn what_is_on_its_way_down_a_renewed_line_is_in_nobodys_way() {
        let turns = Turns::new(1, 256);
        let old = all_short(&turns);
        turns.renew(0);
        let new = all_short(&turns);
        assert_eq!(new.len(), PLACES);
        drop(old);
        assert!(take(&turns, Size::Short).is_none());
        drop(new);
        let long = take(&turns, Size::Long);
        turns.renew(0);
        assert!(take(&turns, Size::Long).is_some());
        drop(long);
        assert_eq!(all_short(&turns).len(), PLACES);
    }
}
