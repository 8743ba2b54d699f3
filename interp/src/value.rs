//! Typed values at the edge of the engine; inside, values are cells of 64 bits.

use crate::exception::ExnRef;
use crate::func::Func;
use crate::heap::AnyRef;
use crate::store::{AsContext, ExternRef, StoreInner};
use selfsame_validate::{HeapType, RefType, Scope, TypeIndex, ValType};

/// A typed value. Floats are their bits, so that nothing can change a NaN on the way.
/// Spec: Core 3.0, 4.2.1 Values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Val {
    /// A 32-bit integer.
    I32(i32),
    /// A 64-bit integer.
    I64(i64),
    /// A 32-bit float, as bits.
    F32(u32),
    /// A 64-bit float, as bits.
    F64(u64),
    /// A vector; lane 0 in the lowest bits.
    V128(u128),
    /// A reference to a function, or null.
    FuncRef(Option<Func>),
    /// A reference to a host value, or null.
    ExternRef(Option<ExternRef>),
    /// A reference to an exception, or null.
    ExnRef(Option<ExnRef>),
    /// A reference to a struct, an array or a small integer, or null.
    AnyRef(Option<AnyRef>),
}

impl Val {
    /// The value's type; references are nullable.
    #[must_use]
    pub fn ty(&self) -> ValType {
        match self {
            Val::I32(_) => ValType::I32,
            Val::I64(_) => ValType::I64,
            Val::F32(_) => ValType::F32,
            Val::F64(_) => ValType::F64,
            Val::V128(_) => ValType::V128,
            Val::FuncRef(_) => ValType::FUNCREF,
            Val::ExternRef(_) => ValType::EXTERNREF,
            Val::ExnRef(_) => ValType::EXNREF,
            Val::AnyRef(_) => ValType::ANYREF,
        }
    }

    /// Zero or null of a type.
    #[must_use]
    pub fn default_of(ty: ValType) -> Val {
        Val::from_cells(ty, 0, 0, 0)
    }

    /// Whether the value can stand where the type is asked for. The type is one that the store has given, or names no
    /// other type.
    ///
    /// # Panics
    /// If the value is a reference that belongs to another store.
    #[must_use]
    pub fn matches_ty(&self, store: impl AsContext, ty: ValType) -> bool {
        let store = store.inner();
        match self {
            Val::FuncRef(Some(func)) => store.check(func.store),
            Val::ExternRef(Some(value)) => store.check(value.store),
            Val::ExnRef(Some(value)) => store.check(value.store),
            Val::AnyRef(Some(value)) => store.check(value.store),
            _ => {}
        }
        self.is_of(store, ty)
    }

    /// Whether the value, which belongs to the store, is of the type.
    pub(crate) fn is_of(&self, store: &StoreInner, ty: ValType) -> bool {
        let (own, is_null) = match self {
            Val::FuncRef(Some(func)) => {
                let ty = TypeIndex::new(Scope::Store, store.funcs[func.index as usize].ty);
                (HeapType::ExactFunc(ty), false)
            }
            Val::FuncRef(None) => (HeapType::Func, true),
            Val::ExternRef(value) => (HeapType::Extern, value.is_none()),
            Val::ExnRef(Some(value)) if store.exceptions.get(value.to_cell()).is_none() => return false,
            Val::ExnRef(value) => (HeapType::Exn, value.is_none()),
            Val::AnyRef(Some(value)) => match value.heap_type(store) {
                Some(heap) => (heap, false),
                None => return false,
            },
            Val::AnyRef(None) => (HeapType::Any, true),
            _ => return self.ty() == ty,
        };
        let ValType::Ref(ty) = ty else { return false };
        if is_null {
            return ty.nullable && ty.heap.top() == own;
        }
        store.types.ref_matches(RefType { nullable: false, heap: own }, ty)
    }

    /// The value in one or two cells of a store.
    pub(crate) fn from_cells(ty: ValType, low: u64, high: u64, store: u32) -> Val {
        match ty {
            ValType::I32 => Val::I32(low as u32 as i32),
            ValType::I64 => Val::I64(low as i64),
            ValType::F32 => Val::F32(low as u32),
            ValType::F64 => Val::F64(low),
            ValType::V128 => Val::V128(u128::from(high) << 64 | u128::from(low)),
            ValType::Ref(ty) => match ty.heap.top() {
                HeapType::Func => Val::FuncRef(Func::from_cell(low, store)),
                HeapType::Exn => Val::ExnRef(ExnRef::from_cell(low, store)),
                HeapType::Any => Val::AnyRef(AnyRef::from_cell(low, store)),
                _ => Val::ExternRef(ExternRef::from_cell(low, store)),
            },
        }
    }

    /// The cells that hold the value: low, high.
    pub(crate) fn to_cells(self) -> (u64, u64) {
        match self {
            Val::I32(value) => (u64::from(value as u32), 0),
            Val::I64(value) => (value as u64, 0),
            Val::F32(bits) => (u64::from(bits), 0),
            Val::F64(bits) => (bits, 0),
            Val::V128(bits) => (bits as u64, (bits >> 64) as u64),
            Val::FuncRef(func) => (func.map_or(0, Func::to_cell), 0),
            Val::ExternRef(value) => (value.map_or(0, ExternRef::to_cell), 0),
            Val::ExnRef(value) => (value.map_or(0, ExnRef::to_cell), 0),
            Val::AnyRef(value) => (value.map_or(0, |value| value.cell), 0),
        }
    }
}

macro_rules! from_native {
    ($($native:ty => $variant:ident ($convert:expr);)*) => {
        $(impl From<$native> for Val {
            fn from(value: $native) -> Val {
                Val::$variant(($convert)(value))
            }
        })*
    };
}
from_native! {
    i32 => I32(|value| value);
    u32 => I32(|value: u32| value as i32);
    i64 => I64(|value| value);
    u64 => I64(|value: u64| value as i64);
    f32 => F32(f32::to_bits);
    f64 => F64(f64::to_bits);
    u128 => V128(|value| value);
}

/// A native type that stands for a WebAssembly value in typed functions.
pub trait WasmTy: Copy + Send + Sync + 'static {
    /// The WebAssembly type.
    const TYPE: ValType;
    /// The value in the low cell of a slot.
    #[doc(hidden)]
    fn from_cell(cell: u64) -> Self;
    /// The cell that holds the value.
    #[doc(hidden)]
    fn to_cell(self) -> u64;
}

macro_rules! wasm_ty {
    ($($native:ty => $ty:ident ($from:expr, $to:expr);)*) => {
        $(impl WasmTy for $native {
            const TYPE: ValType = ValType::$ty;
            #[inline]
            fn from_cell(cell: u64) -> Self {
                ($from)(cell)
            }
            #[inline]
            fn to_cell(self) -> u64 {
                ($to)(self)
            }
        })*
    };
}
wasm_ty! {
    i32 => I32(|cell| cell as u32 as i32, |value: i32| u64::from(value as u32));
    u32 => I32(|cell| cell as u32, u64::from);
    i64 => I64(|cell| cell as i64, |value: i64| value as u64);
    u64 => I64(|cell| cell, |value: u64| value);
    f32 => F32(|cell| f32::from_bits(cell as u32), |value: f32| u64::from(value.to_bits()));
    f64 => F64(f64::from_bits, f64::to_bits);
}
