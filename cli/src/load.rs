//! Files to modules: the binary or the text format, told apart by what is in them.

use crate::report::Failure;
use selfsame_interp::{Engine, ErrorKind, Limits, Module};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use wast::Wat;
use wast::lexer::Lexer;
use wast::parser::{self, ParseBuffer};

/// How every binary starts, of a module and of a component.
const MAGIC: &[u8] = b"\0asm";

/// Reads, translates and checks a module.
pub fn module(engine: &Engine, path: &Path) -> Result<Module, Failure> {
    let bytes = bytes(path)?;
    Module::new(engine, bytes).map_err(|error| {
        let code = error.code();
        let hint = match error.kind() {
            ErrorKind::Validate(_) => "",
            _ => "this machine could not load it: ",
        };
        Failure::new(format!("{}: {hint}{error}", path.display())).with_code(code)
    })
}

/// Reads a module's bytes; text is translated.
pub fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let bytes = read(path)?;
    if bytes.starts_with(MAGIC) || bytes.is_empty() {
        return Ok(bytes);
    }
    match std::str::from_utf8(&bytes) {
        Ok(text) if is_wat(path, text) => translate(path, text),
        Ok(_) => Err(Failure::new(format!(
            "{}: this is text, but not WebAssembly: give a .wasm file, or a .wat file that starts with `(module`",
            path.display()
        ))),
        Err(_) => Ok(bytes),
    }
}

/// Whether a file holds the text format, going by its name, or by its first character that is no comment.
fn is_wat(path: &Path, text: &str) -> bool {
    let named = path.extension().is_some_and(|extension| extension == "wat" || extension == "wast");
    let starts = || {
        let rest = text.trim_start();
        rest.starts_with("(module")
            || rest.starts_with("(component")
            || rest.starts_with(";;")
            || rest.starts_with("(;")
    };
    named || starts()
}

fn translate(path: &Path, text: &str) -> Result<Vec<u8>, Failure> {
    let error = |error: wast::Error| {
        let (line, column) = error.span().linecol_in(text);
        let (line, column, message) = (line + 1, column + 1, error.message());
        let hint = if path.extension().is_some_and(|extension| extension == "wast") {
            "; a script with assertions is run by `selfsame wast`"
        } else {
            ""
        };
        Failure::new(format!("{}:{line}:{column}: {}{hint}", path.display(), message.replace('\n', " ")))
    };
    let mut lexer = Lexer::new(text);
    lexer.allow_confusing_unicode(true);
    let buffer = ParseBuffer::new_with_lexer(lexer).map_err(error)?;
    let mut wat = parser::parse::<Wat<'_>>(&buffer).map_err(error)?;
    wat.encode().map_err(error)
}

/// Reads a whole file, but not more than a module may have.
pub fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let limit = Limits::default().module_bytes;
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(limit + 1).read_to_end(&mut bytes));
    match read {
        Ok(_) if bytes.len() as u64 > limit => Err(Failure::new(format!(
            "{}: the file is larger than {limit} bytes, which is the limit",
            path.display()
        ))),
        Ok(_) => Ok(bytes),
        Err(error) => Err(unreadable(path, &error)),
    }
}

/// The failure for a path that cannot be read.
pub fn unreadable(path: &Path, error: &io::Error) -> Failure {
    let shown = path.display();
    Failure::new(match error.kind() {
        io::ErrorKind::NotFound => format!("{shown}: there is no such file; check the path"),
        io::ErrorKind::PermissionDenied => {
            format!("{shown}: this user may not read it; check its permissions")
        }
        io::ErrorKind::IsADirectory => format!("{shown}: this is a directory; name a file"),
        _ => format!("{shown}: it cannot be read: {error}"),
    })
}
