//! What a program is given: the options of `selfsame run` about its world, read and checked.

use crate::args::{ModeArg, RunArgs};
use crate::load;
use crate::output;
use crate::progress::Progress;
use crate::report::Failure;
use selfsame_hostabi::vfs::HostDirError;
use selfsame_hostabi::wasi::DEFAULT_TIME;
use selfsame_hostabi::{RandomMode, Vfs, WasiCtx};
use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::time::UNIX_EPOCH;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// What a program is given.
#[derive(Debug)]
pub struct Guest {
    /// The arguments: parameters of a function, or the whole argv.
    pub args: Vec<String>,
    env: Vec<(String, String)>,
    stdin: Vec<u8>,
    files: Vfs,
    /// Seconds since 1970, and nanoseconds.
    time: (u64, u32),
    random: RandomMode,
}

impl Guest {
    /// Reads everything that the options name.
    pub fn new(args: &RunArgs) -> Result<Self, Failure> {
        let mut files = Vfs::new();
        for dir in &args.dir {
            map_dir(&mut files, dir)?;
        }
        Ok(Guest {
            args: arguments(args)?,
            env: args.env.iter().map(|text| variable(text)).collect::<Result<_, _>>()?,
            stdin: args.stdin.as_deref().map_or(Ok(Vec::new()), load::read)?,
            files,
            time: time(args)?,
            random: match args.mode {
                ModeArg::Deterministic => RandomMode::Deterministic,
                ModeArg::Nondeterministic => RandomMode::OperatingSystem,
            },
        })
    }

    /// What the program sees through WASI. Its output is captured for a report, or goes through.
    pub fn into_wasi(
        self,
        argv: Vec<String>,
        capture: bool,
        progress: &Progress,
    ) -> Result<WasiCtx, Failure> {
        let (stdout, stderr) = if capture {
            (output::captured(), output::captured())
        } else {
            (output::live(io::stdout, progress), output::live(io::stderr, progress))
        };
        let (seconds, nanoseconds) = self.time;
        let mut builder = WasiCtx::builder()
            .args(argv)
            .stdin(self.stdin)
            .stdout(stdout)
            .stderr(stderr)
            .vfs(self.files)
            .time(seconds, nanoseconds)
            .random(self.random);
        for (name, value) in self.env {
            builder = builder.env(name, value);
        }
        builder.build().map_err(|error| Failure::new(format!("--stdin: {error}: give a smaller file")))
    }
}

fn arguments(args: &RunArgs) -> Result<Vec<String>, Failure> {
    let text = |arg: &OsString| {
        arg.to_str().map(String::from).ok_or_else(|| {
            Failure::new(format!(
                "argument {} is not UTF-8, which is all that a program can be given",
                Path::new(arg).display()
            ))
        })
    };
    if args.args.is_empty() && args.invoke.is_none() {
        let stem = args.file.file_stem().unwrap_or_default();
        return Ok(vec![stem.to_string_lossy().into_owned()]);
    }
    args.args.iter().map(text).collect()
}

fn variable(text: &str) -> Result<(String, String), Failure> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.into(), value.into())),
        _ => Err(Failure::new(format!("--env {text}: write NAME=VALUE, for example --env LANG=C"))),
    }
}

fn map_dir(files: &mut Vfs, text: &str) -> Result<(), Failure> {
    let fail = |problem: &dyn std::fmt::Display| Failure::new(format!("--dir {text}: {problem}"));
    match text.rsplit_once("::") {
        Some((host, guest)) if !host.is_empty() && guest.starts_with('/') => {
            files.map_host_dir(Path::new(host), guest).map_err(|error| match error {
                HostDirError::NotFound(_) | HostDirError::NotADirectory(_) => {
                    fail(&format_args!("{error}; check the path in front of ::"))
                }
                _ => fail(&error),
            })
        }
        _ => Err(fail(
            &"write HOST::GUEST, a directory here and an absolute path there, as in --dir ./data::/data",
        )),
    }
}

fn time(args: &RunArgs) -> Result<(u64, u32), Failure> {
    match (&args.datetime, args.mode) {
        (Some(text), _) => datetime(text),
        (None, ModeArg::Deterministic) => Ok(DEFAULT_TIME),
        (None, ModeArg::Nondeterministic) => {
            #[allow(clippy::disallowed_types, reason = "this mode promises no equal results")]
            let now = std::time::SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            Ok((now.as_secs(), now.subsec_nanos()))
        }
    }
}

fn datetime(text: &str) -> Result<(u64, u32), Failure> {
    let fail = |problem: &dyn std::fmt::Display| Failure::new(format!("--datetime {text}: {problem}"));
    let time = OffsetDateTime::parse(text, &Rfc3339).map_err(|error| {
        fail(&format_args!("no RFC 3339 time: {error}; write for example 2024-11-26T06:42:42Z"))
    })?;
    match u64::try_from(time.unix_timestamp_nanos()) {
        Ok(nanos) => Ok((nanos / 1_000_000_000, time.nanosecond())),
        Err(_) => Err(fail(&"a program's clock has the years 1970 to 2554")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_time_is_the_documented_one() {
        assert_eq!(datetime("2024-11-26T06:42:42.424242Z").ok(), Some(DEFAULT_TIME));
    }

    #[test]
    fn times_have_offsets_and_bounds() {
        assert_eq!(datetime("1970-01-01T01:00:00.5+01:00").ok(), Some((0, 500_000_000)));
        for text in ["1969-12-31T23:59:59Z", "2555-01-01T00:00:00Z", "2024-02-30T00:00:00Z", "now", ""] {
            assert!(datetime(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_variable_is_split_at_its_first_equals_sign() {
        assert_eq!(variable("A=1=1").ok(), Some(("A".into(), "1=1".into())));
        assert_eq!(variable("A=").ok(), Some(("A".into(), String::new())));
        assert!(variable("A").is_err() && variable("=1").is_err());
    }
}
