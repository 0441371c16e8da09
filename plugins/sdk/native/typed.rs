//! Points of a contract as types, so that a handler's arguments and answer have theirs. The types
//! themselves are generated, by the crate that declares the contract.

use super::{Answer, Bytes, View};
use crate::{Amount, BilingualText, Value};
use std::{collections::BTreeMap, iter::FusedIterator, marker::PhantomData, slice};

/// A point of a contract. A contract's crate has one type for each of its points.
pub trait Typed {
    /// The point's id.
    const ID: &'static str;

    /// What handlers are given: views of the arguments, in their types.
    type Args<'a>;

    /// What a handler may answer.
    type Answer: Answer;

    /// The arguments of one call.
    fn args<'a>(views: &[View<'a>]) -> Self::Args<'a>;
}

/// Read from a view. Total: what is absent or of another kind reads as empty, zero or false, for a
/// host has made the arguments fit their declared types.
pub trait FromView<'a> {
    /// What the view holds, as this type.
    fn from_view(view: View<'a>) -> Self;
}

impl<'a> FromView<'a> for View<'a> {
    fn from_view(view: View<'a>) -> Self {
        view
    }
}
impl<'a> FromView<'a> for bool {
    fn from_view(view: View<'a>) -> Self {
        view.as_bool().unwrap_or_default()
    }
}
impl<'a> FromView<'a> for i64 {
    fn from_view(view: View<'a>) -> Self {
        view.as_int().unwrap_or_default()
    }
}
impl<'a> FromView<'a> for f64 {
    fn from_view(view: View<'a>) -> Self {
        view.as_f64().unwrap_or_default()
    }
}
impl<'a> FromView<'a> for Amount {
    fn from_view(view: View<'a>) -> Self {
        view.as_amount().unwrap_or_default()
    }
}
impl<'a> FromView<'a> for &'a str {
    fn from_view(view: View<'a>) -> Self {
        view.as_str().unwrap_or_default()
    }
}
impl<'a> FromView<'a> for &'a [u8] {
    fn from_view(view: View<'a>) -> Self {
        view.as_bytes().unwrap_or_default()
    }
}
impl<'a> FromView<'a> for String {
    fn from_view(view: View<'a>) -> Self {
        view.as_str().unwrap_or_default().to_owned()
    }
}
impl<'a> FromView<'a> for BilingualText {
    fn from_view(view: View<'a>) -> Self {
        BilingualText::read(&view.to_value())
    }
}
impl<'a> FromView<'a> for Bytes {
    fn from_view(view: View<'a>) -> Self {
        Bytes(view.as_bytes().unwrap_or_default().to_vec())
    }
}
impl<'a> FromView<'a> for Value {
    fn from_view(view: View<'a>) -> Self {
        view.to_value()
    }
}
/// Absent, or cleared, is `None`.
impl<'a, T: FromView<'a>> FromView<'a> for Option<T> {
    fn from_view(view: View<'a>) -> Self {
        (!view.is_absent()).then(|| T::from_view(view))
    }
}
impl<'a, T: FromView<'a>> FromView<'a> for Vec<T> {
    fn from_view(view: View<'a>) -> Self {
        view.items().iter().map(|item| T::from_view(*item)).collect()
    }
}
impl<'a, T: FromView<'a>> FromView<'a> for BTreeMap<String, T> {
    fn from_view(view: View<'a>) -> Self {
        view.entries().map(|(key, value)| (key.to_owned(), T::from_view(value))).collect()
    }
}

/// The items of a list, each in its type.
pub struct Items<'a, T> {
    rest: slice::Iter<'a, View<'a>>,
    of: PhantomData<fn() -> T>,
}

impl<'a, T> FromView<'a> for Items<'a, T> {
    fn from_view(view: View<'a>) -> Self {
        Items { rest: view.items().iter(), of: PhantomData }
    }
}

// Written out: a derived one would ask `T: Clone`.
impl<T> Clone for Items<'_, T> {
    fn clone(&self) -> Self {
        Items { rest: self.rest.clone(), of: PhantomData }
    }
}

impl<'a, T: FromView<'a>> Iterator for Items<'a, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.rest.next().map(|view| T::from_view(*view))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.rest.size_hint()
    }
}
impl<'a, T: FromView<'a>> DoubleEndedIterator for Items<'a, T> {
    fn next_back(&mut self) -> Option<T> {
        self.rest.next_back().map(|view| T::from_view(*view))
    }
}
impl<'a, T: FromView<'a>> ExactSizeIterator for Items<'a, T> {}
impl<'a, T: FromView<'a>> FusedIterator for Items<'a, T> {}
