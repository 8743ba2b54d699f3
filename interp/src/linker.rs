//! Matching imports to definitions by name.

use crate::error::Error;
use crate::extern_types::Extern;
use crate::func::Func;
use crate::host::{Caller, HostFn, IntoFunc, dynamic};
use crate::instance::Instance;
use crate::module::Module;
use crate::store::{AsContextMut, StoreMut};
use crate::value::Val;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use selfsame_validate::{FuncType, SubType};

enum Definition<T> {
    Extern(Extern),
    Host(SubType, HostFn<T>),
}

impl<T> Clone for Definition<T> {
    fn clone(&self) -> Self {
        match self {
            Definition::Extern(item) => Definition::Extern(*item),
            Definition::Host(ty, func) => Definition::Host(ty.clone(), Arc::clone(func)),
        }
    }
}

/// Names with what they stand for. Host functions in it can serve many stores.
pub struct Linker<T> {
    definitions: BTreeMap<(String, String), Definition<T>>,
}

impl<T> Default for Linker<T> {
    fn default() -> Self {
        Linker { definitions: BTreeMap::new() }
    }
}

impl<T> Clone for Linker<T> {
    fn clone(&self) -> Self {
        Linker { definitions: self.definitions.clone() }
    }
}

impl<T> Linker<T> {
    /// A linker that knows no names.
    #[must_use]
    pub fn new() -> Self {
        Linker::default()
    }

    fn insert(&mut self, module: &str, name: &str, definition: Definition<T>) -> &mut Self {
        self.definitions.insert((module.into(), name.into()), definition);
        self
    }

    /// Defines a name; a definition that was there before is replaced.
    pub fn define(&mut self, module: &str, name: &str, item: Extern) -> &mut Self {
        self.insert(module, name, Definition::Extern(item))
    }

    /// Defines a host function from a typed closure.
    pub fn func_wrap<P, R>(&mut self, module: &str, name: &str, func: impl IntoFunc<T, P, R>) -> &mut Self {
        let (ty, func) = func.into_func();
        self.insert(module, name, Definition::Host(ty.into(), func.0))
    }

    /// Defines a host function that works with values of any type.
    pub fn func_new(
        &mut self,
        module: &str,
        name: &str,
        ty: FuncType,
        func: impl Fn(Caller<'_, T>, &[Val], &mut [Val]) -> Result<(), Error> + Send + Sync + 'static,
    ) -> &mut Self {
        let func = dynamic(ty.clone(), func);
        self.insert(module, name, Definition::Host(ty.into(), func))
    }

    /// Defines all exports of an instance under a module name.
    pub fn instance(
        &mut self,
        mut store: impl AsContextMut<Data = T>,
        module: &str,
        instance: Instance,
    ) -> &mut Self {
        for (name, item) in instance.exports(&mut store) {
            self.define(module, &name, item);
        }
        self
    }

    /// Whether the name is defined.
    #[must_use]
    pub fn contains(&self, module: &str, name: &str) -> bool {
        self.definitions.contains_key(&(String::from(module), String::from(name)))
    }

    /// Instantiates a module as `main` and runs its start function; see [`Instance::new`].
    ///
    /// # Errors
    /// [`crate::ErrorKind::Link`] if an import is not defined or does not fit, and those of
    /// [`Instance::new`].
    pub fn instantiate(
        &self,
        mut store: impl AsContextMut<Data = T>,
        module: &Module,
    ) -> Result<Instance, Error> {
        let mut store = store.context_mut();
        let imports = self.imports(&mut store, module)?;
        Instance::new(&mut store, module, &imports)
    }

    /// Instantiates a module under a name of its own, without running its start function; see
    /// [`Instance::start`].
    ///
    /// # Errors
    /// As [`Linker::instantiate`], the start function aside.
    pub fn instantiate_without_start(
        &self,
        mut store: impl AsContextMut<Data = T>,
        name: &str,
        module: &Module,
    ) -> Result<Instance, Error> {
        let mut store = store.context_mut();
        let imports = self.imports(&mut store, module)?;
        Instance::without_start(&mut store, name, module, &imports)
    }

    fn imports(&self, store: &mut StoreMut<'_, T>, module: &Module) -> Result<Vec<Extern>, Error> {
        let mut imports = Vec::new();
        for (import_module, name, wanted) in module.imports() {
            let key = (String::from(import_module), String::from(name));
            imports.push(match self.definitions.get(&key) {
                Some(Definition::Extern(item)) => *item,
                Some(Definition::Host(ty, func)) => Extern::Func(Func::add_host(store, ty, Arc::clone(func))),
                None => {
                    return Err(Error::link(format!(
                        "import `{import_module}` `{name}` ({wanted}) is not defined"
                    )));
                }
            });
        }
        Ok(imports)
    }
}
