//! Chance that can be had again: the same seed gives the same questions on every machine.

/// SplitMix64.
pub(crate) struct Chance(u64);

impl Chance {
    /// Of one question of a run: what others ask does not change it.
    pub(crate) fn of(seed: u64, stream: &str, position: u64) -> Self {
        let stream = stream.bytes().fold(0_u64, |sum, byte| sum.wrapping_mul(131).wrapping_add(u64::from(byte)));
        let mut mixed = Self(seed ^ stream.rotate_left(32));
        let begin = mixed.next() ^ position.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut chance = Self(begin);
        chance.next();
        chance
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        let end = end.max(1) as u64;
        usize::try_from(self.next() % end).unwrap_or_default()
    }

    pub(crate) fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    pub(crate) fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}
