//! A guest whose exports call the functions of WASI one by one.

use selfsame_hostabi::{Vfs, WasiCtx, WasiCtxBuilder, wasi};
use selfsame_interp::{Config, Engine, Error, Fingerprint, Func, Instance, Linker, Memory, Mode, Module};
use selfsame_interp::{Opcode, Resumable, Schedule, Store, Tier, Trap, Val};
use std::fmt::Write;
use std::sync::OnceLock;

/// All functions with their parameters, `i` for i32 and `I` for i64.
pub const FUNCTIONS: [(&str, &str); 46] = [
    ("args_get", "ii"),
    ("args_sizes_get", "ii"),
    ("clock_res_get", "ii"),
    ("clock_time_get", "iIi"),
    ("environ_get", "ii"),
    ("environ_sizes_get", "ii"),
    ("fd_advise", "iIIi"),
    ("fd_allocate", "iII"),
    ("fd_close", "i"),
    ("fd_datasync", "i"),
    ("fd_fdstat_get", "ii"),
    ("fd_fdstat_set_flags", "ii"),
    ("fd_fdstat_set_rights", "iII"),
    ("fd_filestat_get", "ii"),
    ("fd_filestat_set_size", "iI"),
    ("fd_filestat_set_times", "iIIi"),
    ("fd_pread", "iiiIi"),
    ("fd_prestat_dir_name", "iii"),
    ("fd_prestat_get", "ii"),
    ("fd_pwrite", "iiiIi"),
    ("fd_read", "iiii"),
    ("fd_readdir", "iiiIi"),
    ("fd_renumber", "ii"),
    ("fd_seek", "iIii"),
    ("fd_sync", "i"),
    ("fd_tell", "ii"),
    ("fd_write", "iiii"),
    ("path_create_directory", "iii"),
    ("path_filestat_get", "iiiii"),
    ("path_filestat_set_times", "iiiiIIi"),
    ("path_link", "iiiiiii"),
    ("path_open", "iiiiiIIii"),
    ("path_readlink", "iiiiii"),
    ("path_remove_directory", "iii"),
    ("path_rename", "iiiiii"),
    ("path_symlink", "iiiii"),
    ("path_unlink_file", "iii"),
    ("poll_oneoff", "iiii"),
    ("proc_exit", "i"),
    ("proc_raise", "i"),
    ("random_get", "ii"),
    ("sched_yield", ""),
    ("sock_accept", "iii"),
    ("sock_recv", "iiiiii"),
    ("sock_send", "iiiii"),
    ("sock_shutdown", "ii"),
];

/// Errno values.
pub mod errno {
    pub const SUCCESS: i32 = 0;
    pub const ACCES: i32 = 2;
    pub const BADF: i32 = 8;
    pub const FAULT: i32 = 21;
    pub const ILSEQ: i32 = 25;
    pub const INVAL: i32 = 28;
    pub const ISDIR: i32 = 31;
    pub const NOENT: i32 = 44;
    pub const NOTSUP: i32 = 58;
    pub const OVERFLOW: i32 = 61;
    pub const ROFS: i32 = 69;
    pub const SPIPE: i32 = 70;
}

/// Octets of the guest's memory.
pub const MEMORY: u32 = 0x1_0000;

/// Gas that every guest starts with.
pub const GAS: u64 = 1 << 40;

/// A module that imports all functions and exports one of the same name that calls each.
pub fn module(memory: &str) -> String {
    let mut text = String::from("(module\n");
    let types =
        |params: &str| params.chars().map(|ty| if ty == 'i' { " i32" } else { " i64" }).collect::<String>();
    let result = |name: &str| if name == "proc_exit" { "" } else { "(result i32)" };
    for (name, params) in FUNCTIONS {
        let (params, result) = (types(params), result(name));
        writeln!(text, "(import \"{}\" \"{name}\" (func ${name} (param{params}) {result}))", wasi::MODULE)
            .expect("a string has room");
    }
    writeln!(text, "{memory}").expect("a string has room");
    for (name, params) in FUNCTIONS {
        let gets: String = (0..params.len()).map(|at| format!(" (local.get {at})")).collect();
        let (params, result) = (types(params), result(name));
        writeln!(text, "(func (export \"{name}\") (param{params}) {result} (call ${name}{gets}))")
            .expect("a string has room");
    }
    text + ")"
}

fn compile(tier: Tier, text: &str) -> Result<Module, Error> {
    let mut config = Config::new();
    config.mode(Mode::Deterministic).tier(tier);
    Module::new(&Engine::new(&config), wat::parse_str(text).expect("the text is well-formed"))
}

/// An instance with its store.
pub struct Guest {
    pub store: Store<WasiCtx>,
    pub instance: Instance,
}

impl Guest {
    pub fn new(tier: Tier, ctx: WasiCtx) -> Self {
        static EXACT: OnceLock<Module> = OnceLock::new();
        static FAST: OnceLock<Module> = OnceLock::new();
        let made = if tier == Tier::Exact { &EXACT } else { &FAST };
        let module = made.get_or_init(|| {
            // With a maximum, for emulators keep books on reserved address space.
            let text = module("(memory (export \"memory\") 1 16)");
            compile(tier, &text).expect("the guest is well-formed")
        });
        Guest::link(module, ctx).expect("the guest is well-formed")
    }

    pub fn of(tier: Tier, ctx: WasiCtx, text: &str) -> Result<Self, Error> {
        Guest::link(&compile(tier, text)?, ctx)
    }

    fn link(module: &Module, ctx: WasiCtx) -> Result<Self, Error> {
        let mut store = Store::new(module.engine(), ctx);
        store.set_gas(GAS);
        store.limiter(|ctx: &mut WasiCtx| ctx.ram_mut());
        let mut linker = Linker::new();
        wasi::add_to_linker(&mut linker, |ctx: &mut WasiCtx| ctx);
        let instance = linker.instantiate(&mut store, module)?;
        Ok(Guest { store, instance })
    }

    fn memory(&mut self) -> Memory {
        self.instance.get_memory(&mut self.store, "memory").expect("the memory is exported")
    }

    pub fn func(&mut self, name: &str) -> Func {
        self.instance.get_func(&mut self.store, name).expect("every function is exported")
    }

    /// Arguments of the right types.
    fn values(name: &str, args: &[i64]) -> Vec<Val> {
        let (_, params) = FUNCTIONS.iter().find(|function| function.0 == name).expect("it exists");
        assert_eq!(params.len(), args.len(), "arguments of {name}");
        let value = |(ty, arg): (char, &i64)| if ty == 'i' { Val::I32(*arg as i32) } else { Val::I64(*arg) };
        params.chars().zip(args).map(value).collect()
    }

    /// Calls a function; the answer is 0 if it has no result.
    pub fn try_call(&mut self, name: &str, args: &[i64]) -> Result<i32, Error> {
        let mut results = [Val::I32(0)];
        let count = usize::from(name != "proc_exit");
        let values = Guest::values(name, args);
        self.func(name).call(&mut self.store, &values, &mut results[..count])?;
        let [Val::I32(answer)] = results else { panic!("an errno is an i32") };
        Ok(answer)
    }

    /// Calls a function that gives an answer.
    #[track_caller]
    pub fn call(&mut self, name: &str, args: &[i64]) -> i32 {
        match self.try_call(name, args) {
            Ok(answer) => answer,
            Err(error) => panic!("{name}{args:?}: {error}"),
        }
    }

    /// Calls a function that traps because of a pointer.
    #[track_caller]
    pub fn faults(&mut self, name: &str, args: &[i64]) {
        match self.try_call(name, args) {
            Ok(answer) => panic!("{name}{args:?} answered {answer}"),
            Err(error) => assert_eq!(error.trap(), Some(Trap::Fault), "{name}{args:?}: {error}"),
        }
    }

    /// Calls a function in a way that can be resumed.
    pub fn start(&mut self, name: &str, args: &[i64]) -> Resumable {
        let values = Guest::values(name, args);
        self.func(name).call_resumable(&mut self.store, &values).expect("the values fit")
    }

    /// What a call costs in the host.
    #[track_caller]
    pub fn price(&mut self, name: &str, args: &[i64]) -> u64 {
        let before = self.store.gas_consumed();
        let _ = self.try_call(name, args);
        let schedule = Schedule::default();
        let instructions = u64::from(schedule.cost(Opcode::LocalGet)) * args.len() as u64
            + u64::from(schedule.cost(Opcode::Call));
        self.store.gas_consumed() - before - instructions
    }

    pub fn write(&mut self, at: u32, octets: &[u8]) {
        let memory = self.memory();
        memory.data_mut(&mut self.store)[at as usize..][..octets.len()].copy_from_slice(octets);
    }

    /// Writes a list of buffers.
    pub fn write_iovecs(&mut self, at: u32, list: &[(u32, u32)]) {
        for (index, (ptr, len)) in list.iter().enumerate() {
            self.write(at + index as u32 * 8, &ptr.to_le_bytes());
            self.write(at + index as u32 * 8 + 4, &len.to_le_bytes());
        }
    }

    pub fn read(&mut self, at: u32, len: u32) -> Vec<u8> {
        let memory = self.memory();
        memory.data(&self.store)[at as usize..][..len as usize].to_vec()
    }

    pub fn u32(&mut self, at: u32) -> u32 {
        u32::from_le_bytes(self.read(at, 4).try_into().expect("four octets"))
    }

    pub fn u64(&mut self, at: u32) -> u64 {
        u64::from_le_bytes(self.read(at, 8).try_into().expect("eight octets"))
    }

    /// Sets all memory to an octet.
    pub fn fill(&mut self, octet: u8) {
        let memory = self.memory();
        memory.data_mut(&mut self.store).fill(octet);
    }

    /// Puts a path at address 0x100 and gives the two arguments for it.
    pub fn path(&mut self, path: &str) -> [i64; 2] {
        self.write(0x100, path.as_bytes());
        [0x100, path.len() as i64]
    }

    /// `path_open` seen from a directory: the errno, or the descriptor.
    #[track_caller]
    pub fn open_at(&mut self, fd: i64, path: &str) -> Result<i64, i32> {
        let [ptr, len] = self.path(path);
        match self.call("path_open", &[fd, 0, ptr, len, 0, 0, 0, 0, 8]) {
            0 => Ok(i64::from(self.u32(8))),
            errno => Err(errno),
        }
    }

    /// Opens a path that is there, seen from the root.
    #[track_caller]
    pub fn open(&mut self, path: &str) -> i64 {
        self.open_at(3, path).unwrap_or_else(|errno| panic!("{path} cannot be opened: {errno}"))
    }
}

/// A tree with a little of everything:
///
/// ```text
/// /a/            /a/in  "inner"     /a/deep/er/x  ""
/// /b             "0123456789"
/// ```
pub fn tree() -> Vfs {
    let mut vfs = Vfs::new();
    vfs.insert_file("/b", *b"0123456789").expect("it fits");
    vfs.insert_file("/a/in", *b"inner").expect("it fits");
    vfs.insert_file("/a/deep/er/x", *b"").expect("it fits");
    vfs
}

/// Runs a test on both tiers. What it leaves behind must be the same: gas, frames and memory.
#[track_caller]
pub fn on_both_tiers(ctx: impl Fn(WasiCtxBuilder) -> WasiCtxBuilder, test: impl Fn(&mut Guest)) {
    let run = |tier| -> (u64, Fingerprint) {
        let ctx = ctx(WasiCtx::builder()).build().expect("the budget suffices");
        let mut guest = Guest::new(tier, ctx);
        test(&mut guest);
        (guest.store.gas_consumed(), guest.store.fingerprint())
    };
    assert_eq!(run(Tier::Exact), run(Tier::Fast));
}
