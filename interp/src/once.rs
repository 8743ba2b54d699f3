//! A value made once, by whoever comes first, and then shared. Works without `std`.
#![allow(unsafe_code, reason = "publishes a boxed value through an atomic pointer")]

use alloc::boxed::Box;
use core::marker::PhantomData;
use core::ptr;
use core::sync::atomic::{AtomicPtr, Ordering};

/// Empty, or a boxed value that stays until the cell is dropped.
pub(crate) struct OnceBox<T> {
    value: AtomicPtr<T>,
    owns: PhantomData<Box<T>>,
}

// SAFETY: needs    a value made on one thread and used on others.
//         given by the bounds; publication is by release and acquire.
unsafe impl<T: Send + Sync> Sync for OnceBox<T> {}

impl<T> OnceBox<T> {
    pub const fn new() -> Self {
        OnceBox { value: AtomicPtr::new(ptr::null_mut()), owns: PhantomData }
    }

    pub fn get(&self) -> Option<&T> {
        // SAFETY: needs    null, or a box that nobody frees while `self` is borrowed.
        //         given by `get_or_init`, which stores such boxes only; `drop` needs `&mut self`.
        unsafe { self.value.load(Ordering::Acquire).as_ref() }
    }

    /// The value; made by `init` if there is none. Of two that are made at once one is dropped.
    pub fn get_or_init(&self, init: impl FnOnce() -> T) -> &T {
        if let Some(value) = self.get() {
            return value;
        }
        let new = Box::into_raw(Box::new(init()));
        let stored = self.value.compare_exchange(ptr::null_mut(), new, Ordering::AcqRel, Ordering::Acquire);
        // SAFETY: needs    `new` to be a box that only we know where it is freed, and a live box to return.
        //         given by `into_raw` above, and by the exchange: on failure another box is in the cell.
        unsafe {
            match stored {
                Ok(_) => &*new,
                Err(other) => {
                    drop(Box::from_raw(new));
                    &*other
                }
            }
        }
    }
}

impl<T> Drop for OnceBox<T> {
    fn drop(&mut self) {
        let value = *self.value.get_mut();
        if !value.is_null() {
            // SAFETY: needs    a box made by `get_or_init` that is freed once.
            //         given by exclusive access; this is the only place that frees it.
            drop(unsafe { Box::from_raw(value) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::OnceBox;

    #[test]
    fn first_value_stays() {
        let cell = OnceBox::new();
        assert_eq!(cell.get(), None);
        assert_eq!(*cell.get_or_init(|| 1), 1);
        assert_eq!(*cell.get_or_init(|| 2), 1);
    }
}
