//! Host functions: closures that Wasm code can call.

use crate::call::copy;
use crate::error::Error;
use crate::extern_types::Extern;
use crate::func::{Func, to_cells, to_values};
use crate::instance::Instance;
use crate::store::{AsContext, AsContextMut, StoreInner, StoreMut};
use crate::value::{Val, WasmTy};
use alloc::boxed::Box;
use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::any::Any;
use core::fmt;
use selfsame_validate::{FuncType, SubType};

/// A host function: finds the cells of its arguments at the start of the slice, and leaves those of its
/// results there. The slice has room for the longer of the two.
pub(crate) type HostClosure<T> = dyn Fn(Caller<'_, T>, &mut [u64]) -> Result<(), Error> + Send + Sync;

/// A host function, shared between linkers and stores.
pub(crate) type HostFn<T> = Arc<HostClosure<T>>;

/// A host function of a store.
pub(crate) struct Host<T> {
    pub func: HostFn<T>,
    /// Cells of the arguments.
    pub params: usize,
    /// Cells of the results.
    pub results: usize,
}

/// Decides about the growth of memories and tables. Sizes in bytes and elements.
///
/// Not asked about a growth by 0, which is granted, and beyond the memory's or table's own limit, which is refused.
///
/// For consensus the answers must depend on nothing but the execution: a budget, never free memory.
pub trait ResourceLimiter {
    /// Whether a memory may go from `current` to `desired` bytes. Asked at creation too, with `current` 0.
    fn memory_growing(&mut self, current: u64, desired: u64, max: Option<u64>) -> bool;
    /// Whether a table may go from `current` to `desired` elements. Asked at creation too.
    fn table_growing(&mut self, current: u64, desired: u64, max: Option<u64>) -> bool;
    /// Whether the exceptions that code has references to may go from `current` to `desired` bytes. They start anew at
    /// 0 with an outermost call, unless a table or global can hold references to them. A refusal ends the execution.
    fn exceptions_growing(&mut self, _current: u64, desired: u64) -> bool {
        desired <= crate::EXCEPTION_BYTES
    }
    /// Whether structs and arrays may go from `current` to `desired` bytes, which is asked for some at a time. What has
    /// been granted is kept: objects that go make room for others. A refusal ends the execution.
    fn heap_growing(&mut self, _current: u64, desired: u64) -> bool {
        desired <= crate::HEAP_BYTES
    }
}

/// What a host function returns to suspend the execution: [`Error::host`] of this. The execution can be
/// resumed with the results of the call.
pub struct Suspend {
    /// For the embedder.
    pub payload: Box<dyn Any + Send + Sync>,
}

impl Suspend {
    /// An error that suspends the execution and hands `payload` to the embedder.
    pub fn error(payload: impl Any + Send + Sync) -> Error {
        Error::host(Suspend { payload: Box::new(payload) })
    }
}

impl fmt::Debug for Suspend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Suspend")
    }
}

impl fmt::Display for Suspend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("suspended by a host function")
    }
}

impl core::error::Error for Suspend {}

/// The store and the instance that a host function was called from.
pub struct Caller<'a, T> {
    pub(crate) store: StoreMut<'a, T>,
    pub(crate) instance: Option<u32>,
}

impl<T> Caller<'_, T> {
    /// The embedder's data.
    pub fn data(&self) -> &T {
        &self.store.outer.data
    }

    /// The embedder's data.
    pub fn data_mut(&mut self) -> &mut T {
        &mut self.store.outer.data
    }

    /// The instance whose code called; `None` if the embedder called the host function directly.
    pub fn instance(&self) -> Option<Instance> {
        Some(Instance { store: self.store.inner.id, index: self.instance? })
    }

    /// An export of the calling instance.
    pub fn get_export(&mut self, name: &str) -> Option<Extern> {
        self.instance()?.get_export(&mut *self, name)
    }

    /// The calling instance's memory of this name together with the embedder's data, both to be changed.
    /// `None` if there is no such memory.
    pub fn memory_and_data(&mut self, name: &str) -> Option<(&mut [u8], &mut T)> {
        let memory = self.instance()?.get_memory(&mut *self, name)?;
        let bytes = self.store.inner.memories[memory.index as usize].bytes_mut();
        Some((bytes, &mut self.store.outer.data))
    }

    /// Gas left, exactly: nothing behind the call has been charged.
    pub fn gas_left(&self) -> u64 {
        self.store.inner.vm.gas_left()
    }

    /// Charges gas for the host function's work.
    ///
    /// # Errors
    /// [`crate::ErrorKind::OutOfGas`] if it is not covered; nothing is charged. Return it.
    pub fn charge(&mut self, gas: u64) -> Result<(), Error> {
        if self.store.inner.vm.charge(gas) {
            Ok(())
        } else {
            Err(crate::ErrorKind::OutOfGas { required: gas }.into())
        }
    }

    /// The frames of the running code, innermost first.
    pub fn frames(&self) -> Vec<crate::FrameInfo> {
        crate::inspect::frames(self.store.inner)
    }
}

#[expect(private_interfaces, reason = "the trait is sealed")]
impl<T> AsContext for Caller<'_, T> {
    fn inner(&self) -> &StoreInner {
        self.store.inner
    }
}

impl<T> AsContextMut for Caller<'_, T> {
    type Data = T;
    fn context_mut(&mut self) -> StoreMut<'_, T> {
        self.store.inner.touches += 1;
        self.store.reborrow()
    }
}

/// A host function that works with values of any type.
pub(crate) fn dynamic<T>(
    ty: FuncType,
    func: impl Fn(Caller<'_, T>, &[Val], &mut [Val]) -> Result<(), Error> + Send + Sync + 'static,
) -> HostFn<T> {
    Arc::new(move |mut caller, cells| {
        let store = caller.store.inner.id;
        let params = to_values(ty.params(), cells, store);
        let mut results: Vec<Val> = ty.results().iter().map(|ty| Val::default_of(*ty)).collect();
        let instance = caller.instance;
        func(Caller { store: caller.store.reborrow(), instance }, &params, &mut results)?;
        for (value, wanted) in results.iter().zip(ty.results()) {
            crate::func::check_owner(*value, store)?;
            if !value.is_of(caller.store.inner, *wanted) {
                let got = value.ty();
                return Err(Error::misuse(format!("a host function returned {got} instead of {wanted}")));
            }
        }
        copy(cells, &to_cells(&results));
        Ok(())
    })
}

/// What a typed host function may return.
pub trait HostResult {
    #[doc(hidden)]
    type Values: crate::func::WasmTypes;
    #[doc(hidden)]
    fn into_result(self) -> Result<Self::Values, Error>;
}

impl<R: crate::func::WasmTypes> HostResult for Result<R, Error> {
    type Values = R;
    fn into_result(self) -> Result<R, Error> {
        self
    }
}

impl<R: crate::func::WasmTypes> HostResult for R {
    type Values = R;
    fn into_result(self) -> Result<R, Error> {
        Ok(self)
    }
}

/// Closures that can be host functions: `Fn(Caller<T>, A, B, ...) -> R` or the same without the caller.
pub trait IntoFunc<T, Params, Results>: Send + Sync + 'static {
    #[doc(hidden)]
    fn into_func(self) -> (FuncType, UntypedFn<T>);
}

/// A host function without its types.
#[doc(hidden)]
pub struct UntypedFn<T>(pub(crate) HostFn<T>);

macro_rules! into_func {
    ($($($ty:ident $at:tt),*;)*) => {
        $(
            impl<T, Fun, $($ty: WasmTy,)* Out: HostResult> IntoFunc<T, (Caller<'_, T>, $($ty,)*), Out> for Fun
            where
                Fun: Fn(Caller<'_, T>, $($ty),*) -> Out + Send + Sync + 'static,
            {
                fn into_func(self) -> (FuncType, UntypedFn<T>) {
                    use crate::func::WasmTypes;
                    let ty = FuncType::new([$($ty::TYPE),*], <Out::Values as WasmTypes>::types());
                    let func: HostFn<T> = Arc::new(move |caller, cells| {
                        let _arg = |at: usize| cells.get(at).copied().unwrap_or(0);
                        let results = self(caller, $($ty::from_cell(_arg($at))),*).into_result()?;
                        copy(cells, results.to_cells().as_ref());
                        Ok(())
                    });
                    (ty, UntypedFn(func))
                }
            }

            impl<T, Fun, $($ty: WasmTy,)* Out: HostResult> IntoFunc<T, ($($ty,)*), Out> for Fun
            where
                Fun: Fn($($ty),*) -> Out + Send + Sync + 'static,
            {
                fn into_func(self) -> (FuncType, UntypedFn<T>) {
                    IntoFunc::<T, (Caller<'_, T>, $($ty,)*), Out>::into_func(
                        move |_: Caller<'_, T>, $(#[allow(non_snake_case, reason = "named like its type")] $ty: $ty),*| self($($ty),*),
                    )
                }
            }
        )*
    };
}
into_func! {
    ;
    A 0;
    A 0, B 1;
    A 0, B 1, C 2;
    A 0, B 1, C 2, D 3;
    A 0, B 1, C 2, D 3, E 4;
    A 0, B 1, C 2, D 3, E 4, F 5;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9;
}

impl Func {
    /// A host function from a typed closure.
    pub fn wrap<T, P, R>(mut store: impl AsContextMut<Data = T>, func: impl IntoFunc<T, P, R>) -> Func {
        let (ty, func) = func.into_func();
        Func::add_host(&mut store.context_mut(), &ty.into(), func.0)
    }

    /// A host function that works with values of any type. Types that `ty` names are the store's
    /// ([`crate::Module::types_in`]).
    pub fn new<T>(
        mut store: impl AsContextMut<Data = T>,
        ty: FuncType,
        func: impl Fn(Caller<'_, T>, &[Val], &mut [Val]) -> Result<(), Error> + Send + Sync + 'static,
    ) -> Func {
        Func::add_host(&mut store.context_mut(), &ty.clone().into(), dynamic(ty, func))
    }

    pub(crate) fn add_host<T>(store: &mut StoreMut<'_, T>, ty: &SubType, func: HostFn<T>) -> Func {
        let host = store.outer.hosts.len() as u32;
        let (params, results) = (ty.func().param_cells() as usize, ty.func().result_cells() as usize);
        store.outer.hosts.push(Host { func, params, results });
        Func { store: store.inner.id, index: store.inner.add_host_func(ty, host) }
    }
}
