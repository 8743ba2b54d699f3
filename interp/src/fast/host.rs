//! How the fast tier calls host functions without being left: handlers know nothing of the embedder's data.

use super::{load_instance, load_stack, sync};
use crate::call::{HostCall, run_host};
use crate::host::Host;
use crate::store::{Outer, StoreInner, StoreMut};
use crate::vm::Vm;
use alloc::sync::Arc;
use core::ptr;

/// Calls a host function of a store: its number, the cell of its arguments, the calling instance. `false` if it did not
/// finish ([`StoreInner::host_stop`]).
///
/// All in registers: what is written in halves and read as a whole right behind that waits for the memory.
type CallFn = unsafe fn(*mut StoreInner, *mut (), u32, u32, u32) -> bool;

/// The way to the host functions of a store, whatever the embedder's data are.
#[derive(Clone, Copy)]
pub(crate) struct Hosts {
    call: CallFn,
    outer: *mut (),
}

impl Hosts {
    /// No way: nothing runs.
    pub const NONE: Hosts = Hosts { call: none, outer: ptr::null_mut() };

    /// The way to the functions of `outer`, for as long as nobody else uses that.
    pub fn of<T>(outer: &mut Outer<T>) -> Hosts {
        Hosts { call: call::<T>, outer: (&raw mut *outer).cast() }
    }
}

unsafe fn none(_: *mut StoreInner, _: *mut (), _: u32, _: u32, _: u32) -> bool {
    false
}

/// Calls a host function of a store with embedder's data of type `T`.
///
/// # Safety
/// Both pointers are those of one store, which nobody else uses meanwhile.
unsafe fn call<T>(inner: *mut StoreInner, outer: *mut (), func: u32, base: u32, instance: u32) -> bool {
    // SAFETY: the caller's.
    let (inner, outer) = unsafe { (&mut *inner, &mut *outer.cast::<Outer<T>>()) };
    let call = HostCall { func, base, instance: Some(instance) };
    let number = inner.funcs[func as usize].func as usize;
    let &Host { ref func, params, results } = &outer.hosts[number];
    // SAFETY: needs    the closure to live, and to be shared at most, until it returns.
    //         given by `Outer::hosts`, which nothing is taken out of while the store lives.
    let func = unsafe { &*Arc::as_ptr(func) };
    let outcome = run_host(&mut StoreMut { inner, outer }, call, func, params, results);
    match outcome {
        Ok(()) => true,
        Err(stop) => {
            inner.host_stop = Some(stop);
            false
        }
    }
}

/// Calls a host function, by its number in the store, for the running frame; its arguments are at cell `base`. `false`
/// if it did not finish. Pointers in `vm` are current again behind it.
///
/// # Safety
/// As for handlers ([`super`]); gas is in `Vm::gas`, and the frame's landing in its record.
#[inline(never)]
pub(super) unsafe fn call_host(vm: *mut Vm, func: u32, base: u32) -> bool {
    // SAFETY: the caller's.
    unsafe {
        let (store, hosts, instance) = ((*vm).store, (*vm).hosts, (*vm).instance);
        sync(&mut *store);
        // A count and no flag: a panic that a host function catches may have left out what resets a flag.
        let touches = (*store).touches;
        let finished = (hosts.call)(store, hosts.outer, func, base, instance);
        if (*store).touches != touches {
            (*vm).store = store;
            load_stack(&mut *store);
            load_instance(&mut *store, instance);
        }
        finished
    }
}
