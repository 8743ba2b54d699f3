//! How the fast tier calls host functions without being left: handlers know nothing of the embedder's data.

use super::{load_instance, load_stack, sync};
use crate::call::{HostCall, run_host};
use crate::host::Host;
use crate::store::{Outer, StoreInner, StoreMut};
use crate::vm::Vm;
use alloc::sync::Arc;
use core::ptr;

/// Calls a host function of a store; `false` if it did not finish ([`StoreInner::host_stop`]).
type CallFn = unsafe fn(*mut StoreInner, *mut (), HostCall) -> bool;

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

unsafe fn none(_: *mut StoreInner, _: *mut (), _: HostCall) -> bool {
    false
}

/// Calls a host function of a store with embedder's data of type `T`.
///
/// # Safety
/// Both pointers are those of one store, which nobody else uses meanwhile.
unsafe fn call<T>(inner: *mut StoreInner, outer: *mut (), call: HostCall) -> bool {
    // SAFETY: the caller's.
    let (inner, outer) = unsafe { (&mut *inner, &mut *outer.cast::<Outer<T>>()) };
    let number = inner.funcs[call.func as usize].func as usize;
    let &Host { ref func, params, results } = &outer.hosts[number];
    // SAFETY: needs    the closure to live, and to be shared at most, until it returns.
    //         given by `Outer::hosts`, which nothing is taken out of while the store lives.
    let func = unsafe { &*Arc::as_ptr(func) };
    let outcome = run_host(&mut StoreMut { inner, outer }, call, func, params, results);
    let finished = outcome.is_ok();
    inner.host_stop = outcome.err();
    finished
}

/// Calls the host function in `Vm::callee` for the running frame; `false` if it did not finish. Pointers in
/// `vm` are current again behind it.
///
/// # Safety
/// As for handlers ([`super`]); gas is in `Vm::gas`, and the frame's landing in its record.
#[inline(never)]
pub(super) unsafe fn call_host(vm: *mut Vm) -> bool {
    // SAFETY: the caller's.
    unsafe {
        let (store, hosts, callee, instance) = ((*vm).store, (*vm).hosts, (*vm).callee, (*vm).instance);
        sync(&mut *store);
        let call = HostCall { func: callee.entity, base: callee.base, instance: Some(instance) };
        let finished = (hosts.call)(store, hosts.outer, call);
        (*vm).store = store;
        load_stack(&mut *store);
        load_instance(&mut *store, instance);
        finished
    }
}
