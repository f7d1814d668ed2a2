//! How one account's or one connection's entries are found in the partner's log without an index.
//!
//! Each entry carries two back pointers: to the previous entry of its chain, and a jump further back. Jumps follow the
//! skew-binary numbers (E. W. Myers, "An applicative random-access stack", 1983), so that any entry of a chain of n is
//! reached from its end in O(log n) steps. The row that owns the chain keeps the few entries that later jumps can lead
//! to, so that appending reads nothing.

/// The end of a chain: how long it is, and where its jump ancestors stand in the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chain {
    length: u64,
    /// `seq` of the last entry, of its jump target, of that one's jump target and so on: O(log length) numbers.
    spine: Vec<u64>,
}

/// Where an entry stands in its chain, and its back pointers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// 1 for the first entry of the chain.
    pub index: u64,
    /// `seq` of the entry with the index before; none for the first.
    pub previous_seq: Option<u64>,
    /// `seq` of the entry with the index [`jump_index`]`(index)`; none where that is 0.
    pub jump_seq: Option<u64>,
}

/// The index that the entry with this index jumps to; 0 means none.
///
/// It is the index without the smallest part of its skew-binary form, whose digits weigh 1, 3, 7, 15 and so on.
#[must_use]
pub fn jump_index(index: u64) -> u64 {
    let mut rest = index;
    let mut jump = 0;
    while rest > 0 {
        let bits = (rest.saturating_add(1)).ilog2();
        let weight = (1_u64 << bits) - 1;
        jump = index - rest;
        rest -= weight;
    }
    jump
}

impl Chain {
    /// A chain as it was stored: its length, and `seq` of the last entry, of its jump target and so on.
    #[must_use]
    pub fn from_parts(length: u64, spine: Vec<u64>) -> Self {
        Self { length, spine }
    }

    /// Number of entries.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
    }

    /// `seq` of the last entry, of its jump target, of that one's jump target and so on.
    #[must_use]
    pub fn spine(&self) -> &[u64] {
        &self.spine
    }

    /// `seq` of the last entry.
    #[must_use]
    pub fn last_seq(&self) -> Option<u64> {
        self.spine.first().copied()
    }

    /// Appends the entry with this `seq` and answers its back pointers.
    pub fn append(&mut self, seq: u64) -> Link {
        let previous_seq = self.last_seq();
        let mut newest_kept = self.length;
        self.length += 1;
        let jump = jump_index(self.length);
        let mut passed = 0;
        while newest_kept > jump {
            newest_kept = jump_index(newest_kept);
            passed += 1;
        }
        self.spine.drain(..passed.min(self.spine.len()));
        let jump_seq = self.spine.first().copied();
        self.spine.insert(0, seq);
        Link {
            index: self.length,
            previous_seq,
            jump_seq,
        }
    }

    /// The nearest known entry at or after the index: its index and `seq`. A search starts there.
    #[must_use]
    pub fn nearest(&self, index: u64) -> Option<(u64, u64)> {
        let mut at = self.length;
        let mut found = None;
        for &seq in &self.spine {
            if at < index {
                break;
            }
            found = Some((at, seq));
            at = jump_index(at);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Where every entry stands, kept the plain way.
    fn built(seqs: &[u64]) -> (Chain, Vec<Link>) {
        let mut chain = Chain::default();
        let links = seqs.iter().map(|seq| chain.append(*seq)).collect();
        (chain, links)
    }

    #[test]
    fn jumps_follow_the_skew_binary_numbers() {
        let jumps: Vec<u64> = (1..=15).map(jump_index).collect();
        assert_eq!(jumps, [0, 1, 0, 3, 4, 3, 0, 7, 8, 7, 10, 11, 10, 7, 0]);
    }

    #[test]
    fn a_million_entries_need_few_known_ones_and_few_steps() {
        let mut chain = Chain::default();
        for seq in 1..=1_000_000 {
            chain.append(seq);
        }
        assert!(chain.spine().len() <= 40, "{}", chain.spine().len());
    }

    proptest! {
        #[test]
        fn every_link_points_where_it_says(gaps in prop::collection::vec(1_u64..9, 1..400)) {
            let seqs: Vec<u64> = gaps.iter().scan(0, |seq, gap| { *seq += gap; Some(*seq) }).collect();
            let (chain, links) = built(&seqs);
            let seq_of = |index: u64| {
                index.checked_sub(1).and_then(|at| seqs.get(usize::try_from(at).unwrap())).copied()
            };
            for (link, at) in links.iter().zip(1_u64..) {
                prop_assert_eq!(link.index, at);
                prop_assert_eq!(link.previous_seq, seq_of(at - 1));
                prop_assert_eq!(link.jump_seq, seq_of(jump_index(at)));
            }
            prop_assert_eq!(chain.last_seq(), seqs.last().copied());
        }

        #[test]
        fn any_entry_is_reached_in_few_steps(length in 1_u64..3000, wanted in 1_u64..3000) {
            prop_assume!(wanted <= length);
            let (chain, links) = built(&(1..=length).map(|index| index * 7).collect::<Vec<_>>());
            let (mut index, mut seq) = chain.nearest(wanted).unwrap();
            let mut steps = 0;
            while index > wanted {
                let link = links[usize::try_from(index).unwrap() - 1];
                let jump = jump_index(index);
                if jump >= wanted {
                    (index, seq) = (jump, link.jump_seq.unwrap());
                } else {
                    (index, seq) = (index - 1, link.previous_seq.unwrap());
                }
                steps += 1;
            }
            prop_assert_eq!((index, seq), (wanted, wanted * 7));
            prop_assert!(steps <= 3 * length.ilog2() + 3, "{} steps", steps);
        }
    }
}
