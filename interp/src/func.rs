//! Functions: handles, typed and untyped calls.

use crate::call;
use crate::error::Error;
use crate::module::FuncCode;
use crate::store::{AsContext, AsContextMut, StoreInner};
use crate::value::{Val, WasmTy};
use alloc::format;
use alloc::vec::Vec;
use core::marker::PhantomData;
use selfsame_validate::{FuncType, ValType};

/// A function of a store: from an instance, or of the host. A handle; cheap to copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Func {
    pub(crate) store: u32,
    pub(crate) index: u32,
}

/// Stands for no instance: the function is one of the host.
pub(crate) const HOST: u32 = u32::MAX;

/// A function of a store, as the tiers see it.
#[repr(C)]
pub(crate) struct FuncEntity {
    /// Its type, by number in the store.
    pub ty: u32,
    /// Its instance, by number in the store; [`HOST`] for a host function.
    pub instance: u32,
    /// By number among those that its module defines, or among the store's host functions.
    pub func: u32,
    /// Null for a host function.
    pub code: *const FuncCode,
}

impl Func {
    pub(crate) fn from_cell(cell: u64, store: u32) -> Option<Func> {
        let index = u32::try_from(cell.checked_sub(1)?).ok()?;
        Some(Func { store, index })
    }

    pub(crate) fn to_cell(self) -> u64 {
        u64::from(self.index) + 1
    }

    /// The function's type.
    ///
    /// # Panics
    /// If the function belongs to another store.
    pub fn ty(&self, store: impl AsContext) -> FuncType {
        let store = store.inner();
        store.check(self.store);
        store.func_type(self.index).clone()
    }

    /// Calls the function with values; fills `results`. Gas is charged to the store.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Misuse`] if the values do not fit the type, before anything runs; otherwise
    /// whatever stopped the execution. The frames of the stop stay with the store
    /// ([`crate::Store::frames`]) until the next call.
    ///
    /// # Panics
    /// If the function belongs to another store.
    pub fn call(
        &self,
        mut store: impl AsContextMut,
        params: &[Val],
        results: &mut [Val],
    ) -> Result<(), Error> {
        let mut store = store.context_mut();
        store.inner.check(self.store);
        let ty = store.inner.func_type(self.index).clone();
        check_values(store.inner, &ty, params)?;
        if results.len() != ty.results().len() {
            let (need, got) = (ty.results().len(), results.len());
            return Err(Error::misuse(format!(
                "the function has {need} results, but there is room for {got}"
            )));
        }
        let cells = to_cells(params);
        let out = call::call(&mut store, self.index, &cells)?;
        for (result, value) in results.iter_mut().zip(to_values(ty.results(), &out, self.store)) {
            *result = value;
        }
        Ok(())
    }

    /// Calls the function and keeps the execution open where it stops: after out-of-gas, an interrupt or a
    /// suspension it can go on ([`call::Stopped::resume`]).
    ///
    /// # Errors
    /// [`crate::ErrorKind::Misuse`] if the values do not fit the type.
    ///
    /// # Panics
    /// If the function belongs to another store.
    pub fn call_resumable(
        &self,
        mut store: impl AsContextMut,
        params: &[Val],
    ) -> Result<call::Resumable, Error> {
        let mut store = store.context_mut();
        store.inner.check(self.store);
        let ty = store.inner.func_type(self.index).clone();
        check_values(store.inner, &ty, params)?;
        Ok(call::start(&mut store, self.index, &to_cells(params)))
    }

    /// The function with its type checked once.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Misuse`] if its type is another one.
    ///
    /// # Panics
    /// If the function belongs to another store.
    pub fn typed<P: WasmTypes, R: WasmTypes>(&self, store: impl AsContext) -> Result<TypedFunc<P, R>, Error> {
        let ty = self.ty(store);
        let wanted = FuncType::new(P::types(), R::types());
        if ty != wanted {
            return Err(Error::misuse(format!("the function has type {ty}, but {wanted} was asked for")));
        }
        Ok(TypedFunc { func: *self, types: PhantomData })
    }
}

/// A function whose parameters and results have native types.
pub struct TypedFunc<P, R> {
    func: Func,
    types: PhantomData<fn(P) -> R>,
}

impl<P, R> Clone for TypedFunc<P, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P, R> Copy for TypedFunc<P, R> {}

impl<P: WasmTypes, R: WasmTypes> TypedFunc<P, R> {
    /// Calls the function.
    ///
    /// # Errors
    /// Whatever stopped the execution; see [`Func::call`].
    ///
    /// # Panics
    /// If the function belongs to another store.
    pub fn call(&self, mut store: impl AsContextMut, params: P) -> Result<R, Error> {
        let mut store = store.context_mut();
        store.inner.check(self.func.store);
        let out = call::call(&mut store, self.func.index, params.to_cells().as_ref())?;
        Ok(R::from_cells(&out))
    }

    /// The function without its types.
    #[must_use]
    pub fn func(&self) -> Func {
        self.func
    }
}

/// The values that a host call or a call of the embedder passes, as cells.
pub(crate) fn to_cells(values: &[Val]) -> Vec<u64> {
    let mut cells = Vec::with_capacity(values.len());
    for value in values {
        let (low, high) = value.to_cells();
        cells.push(low);
        if value.ty() == ValType::V128 {
            cells.push(high);
        }
    }
    cells
}

/// Typed values from cells.
pub(crate) fn to_values(types: &[ValType], cells: &[u64], store: u32) -> Vec<Val> {
    let mut at = 0;
    let cell = |index: usize| cells.get(index).copied().unwrap_or(0);
    types
        .iter()
        .map(|ty| {
            let high = if *ty == ValType::V128 { cell(at + 1) } else { 0 };
            let value = Val::from_cells(*ty, cell(at), high, store);
            at += ty.cells() as usize;
            value
        })
        .collect()
}

fn check_values(store: &StoreInner, ty: &FuncType, params: &[Val]) -> Result<(), Error> {
    if params.len() != ty.params().len() {
        let (need, got) = (ty.params().len(), params.len());
        return Err(Error::misuse(format!("the function takes {need} parameters, not {got}: {ty}")));
    }
    for (i, (value, wanted)) in params.iter().zip(ty.params()).enumerate() {
        check_owner(*value, store.id)?;
        if !value.is_of(store, *wanted) {
            let got = value.ty();
            return Err(Error::misuse(format!("parameter {i} is {wanted}, not {got}: {ty}")));
        }
    }
    Ok(())
}

/// References must belong to the store that they are handed to.
pub(crate) fn check_owner(value: Val, store: u32) -> Result<(), Error> {
    let owner = match value {
        Val::FuncRef(Some(func)) => func.store,
        Val::ExternRef(Some(value)) => value.store,
        Val::ExnRef(Some(value)) => value.store,
        Val::AnyRef(Some(value)) => value.store,
        _ => store,
    };
    if owner == store { Ok(()) } else { Err(Error::misuse("a reference belongs to another store")) }
}

/// Lists of native types that stand for parameters or results: `()`, one type, or a tuple.
pub trait WasmTypes: Copy {
    /// The cells of the values.
    #[doc(hidden)]
    type Cells: AsRef<[u64]>;
    /// The WebAssembly types.
    #[doc(hidden)]
    fn types() -> Vec<ValType>;
    /// The values from their cells.
    #[doc(hidden)]
    fn from_cells(cells: &[u64]) -> Self;
    /// The cells of the values.
    #[doc(hidden)]
    fn to_cells(self) -> Self::Cells;
}

impl<T: WasmTy> WasmTypes for T {
    type Cells = [u64; 1];
    fn types() -> Vec<ValType> {
        alloc::vec![T::TYPE]
    }
    fn from_cells(cells: &[u64]) -> Self {
        T::from_cell(cells.first().copied().unwrap_or(0))
    }
    fn to_cells(self) -> Self::Cells {
        [self.to_cell()]
    }
}

macro_rules! tuples {
    ($($count:literal: $($ty:ident $value:ident $at:tt),*;)*) => {
        $(#[allow(clippy::unused_unit, reason = "one row is the empty tuple")]
        impl<$($ty: WasmTy),*> WasmTypes for ($($ty,)*) {
            type Cells = [u64; $count];
            fn types() -> Vec<ValType> {
                alloc::vec![$($ty::TYPE),*]
            }
            fn from_cells(_cells: &[u64]) -> Self {
                ($($ty::from_cell(_cells.get($at).copied().unwrap_or(0)),)*)
            }
            fn to_cells(self) -> Self::Cells {
                let ($($value,)*) = self;
                [$($value.to_cell()),*]
            }
        })*
    };
}
tuples! {
    0: ;
    1: A a 0;
    2: A a 0, B b 1;
    3: A a 0, B b 1, C c 2;
    4: A a 0, B b 1, C c 2, D d 3;
    5: A a 0, B b 1, C c 2, D d 3, E e 4;
    6: A a 0, B b 1, C c 2, D d 3, E e 4, F f 5;
    7: A a 0, B b 1, C c 2, D d 3, E e 4, F f 5, G g 6;
    8: A a 0, B b 1, C c 2, D d 3, E e 4, F f 5, G g 6, H h 7;
    9: A a 0, B b 1, C c 2, D d 3, E e 4, F f 5, G g 6, H h 7, I i 8;
    10: A a 0, B b 1, C c 2, D d 3, E e 4, F f 5, G g 6, H h 7, I i 8, J j 9;
}

impl StoreInner {
    pub(crate) fn func_type(&self, func: u32) -> &FuncType {
        self.types.func(self.funcs[func as usize].ty)
    }
}
