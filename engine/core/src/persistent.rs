//! A table from small ascending ids to entities whose copy costs nothing: a 16-way radix tree with shared nodes.
//!
//! A step decides on a copy of the state and throws it away when the command is rejected; the owner then applies the
//! events to its own state, in place because nothing is shared any more. Iteration is in order of ids, which is the
//! order of creation. It must never hold an empty node: equality compares shapes.

use serde::de::Deserializer;
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

const BITS: u32 = 4;
const WIDTH: usize = 1 << BITS;
const MASK: u64 = (WIDTH as u64) - 1;

/// A persistent map from ids to `T`.
pub struct Table<T> {
    root: Option<Arc<Node<T>>>,
    /// Levels of branches above the leaves.
    height: u32,
    len: usize,
}

/// Ids without a value.
pub type Set = Table<()>;

enum Node<T> {
    Branch([Option<Arc<Node<T>>>; WIDTH]),
    Leaf([Option<Arc<T>>; WIDTH]),
}

impl<T> Clone for Node<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Branch(slots) => Self::Branch(slots.clone()),
            Self::Leaf(slots) => Self::Leaf(slots.clone()),
        }
    }
}

impl<T> Clone for Table<T> {
    fn clone(&self) -> Self {
        Self { root: self.root.clone(), height: self.height, len: self.len }
    }
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { root: None, height: 0, len: 0 }
    }
}

impl<T: std::fmt::Debug> std::fmt::Debug for Table<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<T: PartialEq> PartialEq for Table<T> {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.iter().eq(other.iter())
    }
}

fn slot(key: u64, level: u32) -> usize {
    ((key >> (level * BITS)) & MASK) as usize
}

/// Levels of branches needed so that `key` fits.
fn height_for(key: u64) -> u32 {
    if key == 0 { 0 } else { key.ilog2() / BITS }
}

impl<T> Table<T> {
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    #[must_use]
    pub fn get(&self, key: u64) -> Option<&T> {
        self.get_shared(key).map(AsRef::as_ref)
    }

    /// The shared entity, for events that carry it whole.
    #[must_use]
    pub fn get_shared(&self, key: u64) -> Option<&Arc<T>> {
        if height_for(key) > self.height {
            return None;
        }
        let mut node = self.root.as_ref()?;
        let mut level = self.height;
        loop {
            match node.as_ref() {
                Node::Branch(slots) => {
                    node = slots[slot(key, level)].as_ref()?;
                    level -= 1;
                }
                Node::Leaf(slots) => return slots[slot(key, 0)].as_ref(),
            }
        }
    }

    #[must_use]
    pub fn contains(&self, key: u64) -> bool {
        self.get_shared(key).is_some()
    }

    /// Puts a shared entity, replacing what was there.
    pub fn insert(&mut self, key: u64, value: Arc<T>) {
        let needed = height_for(key);
        match self.root.take() {
            None => {
                self.height = needed;
                self.root = Some(Arc::new(empty_node(needed)));
            }
            Some(root) => {
                let mut root = root;
                while self.height < needed {
                    let mut slots = std::array::from_fn(|_| None);
                    slots[0] = Some(root);
                    root = Arc::new(Node::Branch(slots));
                    self.height += 1;
                }
                self.root = Some(root);
            }
        }
        let Some(root) = self.root.as_mut() else {
            return;
        };
        if insert_at(root, self.height, key, value) {
            self.len += 1;
        }
    }

    pub fn remove(&mut self, key: u64) -> Option<Arc<T>> {
        if !self.contains(key) {
            return None;
        }
        let root = self.root.as_mut()?;
        let (removed, is_empty) = remove_at(root, self.height, key);
        if is_empty {
            self.root = None;
            self.height = 0;
        }
        if removed.is_some() {
            self.len -= 1;
        }
        removed
    }

    /// In order of ids.
    pub fn iter(&self) -> Iter<'_, T> {
        let mut iter = Iter { stack: Vec::new() };
        if let Some(root) = &self.root {
            iter.stack.push((root.as_ref(), 0, 0));
        }
        iter
    }

    pub fn keys(&self) -> impl Iterator<Item = u64> + '_ {
        self.iter().map(|(key, _)| key)
    }

    pub fn values(&self) -> impl Iterator<Item = &T> + '_ {
        self.iter().map(|(_, value)| value.as_ref())
    }
}

impl<T: Clone> Table<T> {
    /// The entity to change in place; copied first when a copy of the table still shares it.
    pub fn get_mut(&mut self, key: u64) -> Option<&mut T> {
        if !self.contains(key) {
            return None;
        }
        let mut node = self.root.as_mut()?;
        let mut level = self.height;
        loop {
            match Arc::make_mut(node) {
                Node::Branch(slots) => {
                    node = slots[slot(key, level)].as_mut()?;
                    level -= 1;
                }
                Node::Leaf(slots) => return slots[slot(key, 0)].as_mut().map(Arc::make_mut),
            }
        }
    }
}

fn empty_node<T>(height: u32) -> Node<T> {
    if height == 0 { Node::Leaf(std::array::from_fn(|_| None)) } else { Node::Branch(std::array::from_fn(|_| None)) }
}

fn insert_at<T>(node: &mut Arc<Node<T>>, level: u32, key: u64, value: Arc<T>) -> bool {
    match Arc::make_mut(node) {
        Node::Branch(slots) => {
            let child = slots[slot(key, level)].get_or_insert_with(|| Arc::new(empty_node(level - 1)));
            insert_at(child, level - 1, key, value)
        }
        Node::Leaf(slots) => slots[slot(key, 0)].replace(value).is_none(),
    }
}

fn remove_at<T>(node: &mut Arc<Node<T>>, level: u32, key: u64) -> (Option<Arc<T>>, bool) {
    match Arc::make_mut(node) {
        Node::Branch(slots) => {
            let at = slot(key, level);
            let Some(child) = slots[at].as_mut() else {
                return (None, false);
            };
            let (removed, is_empty) = remove_at(child, level - 1, key);
            if is_empty {
                slots[at] = None;
            }
            (removed, slots.iter().all(Option::is_none))
        }
        Node::Leaf(slots) => {
            let removed = slots[slot(key, 0)].take();
            (removed, slots.iter().all(Option::is_none))
        }
    }
}

/// Over ids and shared entities, ascending.
pub struct Iter<'a, T> {
    /// Node, next slot, key prefix.
    stack: Vec<(&'a Node<T>, usize, u64)>,
}

impl<'a, T> Iterator for Iter<'a, T> {
    type Item = (u64, &'a Arc<T>);

    fn next(&mut self) -> Option<Self::Item> {
        while let Some((node, next, prefix)) = self.stack.pop() {
            if next == WIDTH {
                continue;
            }
            self.stack.push((node, next + 1, prefix));
            let key = (prefix << BITS) | next as u64;
            match node {
                Node::Branch(slots) => {
                    if let Some(child) = &slots[next] {
                        self.stack.push((child, 0, key));
                    }
                }
                Node::Leaf(slots) => {
                    if let Some(value) = &slots[next] {
                        return Some((key, value));
                    }
                }
            }
        }
        None
    }
}

impl<T: Serialize> Serialize for Table<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Table<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut table = Self::default();
        for (key, value) in Vec::<(u64, Arc<T>)>::deserialize(deserializer)? {
            table.insert(key, value);
        }
        Ok(table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn behaves_as_an_ordered_map(operations in proptest::collection::vec((any::<bool>(), 0_u64..5000), 0..300)) {
            let mut table = Table::default();
            let mut model = BTreeMap::new();
            for (insert, key) in operations {
                let before = table.clone();
                let expected_before = model.clone();
                if insert {
                    table.insert(key, Arc::new(key * 2));
                    model.insert(key, key * 2);
                } else {
                    prop_assert_eq!(table.remove(key).map(|v| *v), model.remove(&key));
                }
                prop_assert!(before.iter().map(|(k, v)| (k, **v)).eq(expected_before.into_iter()));
                prop_assert_eq!(table.len(), model.len());
            }
            prop_assert!(table.iter().map(|(k, v)| (k, **v)).eq(model.into_iter()));
        }
    }

    #[test]
    fn a_copy_does_not_see_later_changes() {
        let mut table = Table::default();
        table.insert(7, Arc::new(1));
        let copy = table.clone();
        *table.get_mut(7).unwrap() = 2;
        assert_eq!((copy.get(7), table.get(7)), (Some(&1), Some(&2)));
    }
}
