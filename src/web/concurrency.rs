//! How much of something each one has at once: connections, open pages that listen. Nobody has all of it.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

/// What each one has.
#[derive(Debug)]
pub struct ConcurrencyLimit<K> {
    most: usize,
    held: Mutex<HashMap<K, usize>>,
}

/// A place that someone has until this is dropped.
#[derive(Debug)]
pub struct Permit<K: Hash + Eq> {
    crowd: Arc<ConcurrencyLimit<K>>,
    of: K,
}

impl<K: Hash + Eq + Clone> ConcurrencyLimit<K> {
    /// So many for each at most.
    pub fn new(most: usize) -> Arc<ConcurrencyLimit<K>> {
        Arc::new(ConcurrencyLimit { most, held: Mutex::default() })
    }

    /// A place for someone, unless they have all that one may have.
    pub fn enter(self: &Arc<Self>, of: K) -> Option<Permit<K>> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let count = held.entry(of.clone()).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Permit { crowd: self.clone(), of })
    }
}

impl<K: Hash + Eq> Drop for Permit<K> {
    fn drop(&mut self) {
        let mut held = self.crowd.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = held.get_mut(&self.of) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.of);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_has_more_than_their_share_and_who_goes_makes_room() {
        let crowd = ConcurrencyLimit::new(2);
        let first = crowd.enter("a").unwrap();
        let _second = crowd.enter("a").unwrap();
        assert!(crowd.enter("a").is_none() && crowd.enter("b").is_some());
        drop(first);
        assert!(crowd.enter("a").is_some());
        assert_eq!(crowd.held.lock().unwrap().len(), 1);
    }
}
