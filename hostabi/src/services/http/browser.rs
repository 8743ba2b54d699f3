//! One run of a headless Chromium: a document or a picture of one page.
//!
//! The browser has a profile of its own that is deleted afterwards, an empty environment, and a resolver
//! that knows one name: the page's host, at the address that passed the guard. Every other host, literal
//! addresses included, is not found, so a page's scripts and pictures come from its own host or not at all.

use std::fs::{self, DirBuilder, File};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use url::Url;

use super::deadline::Deadline;
use super::fetch::WebError;
use crate::services::{ServiceFault, cause};

/// How often a running browser is looked at.
const TICK: Duration = Duration::from_millis(10);

/// Longer waits than this are cut: the time is the page's own, which does not pass while it is idle.
const MAX_WAIT_MS: u64 = 60_000;

/// What to load and what to bring back.
pub(super) struct Shot<'a> {
    pub(super) program: &'a Path,
    pub(super) url: &'a Url,
    pub(super) wait_ms: u64,
    pub(super) picture: bool,
    pub(super) max_octets: u64,
    pub(super) deadline: Deadline,
}

/// Loads a page whose host is at `ip`. The inner error is the page's, the outer one this machine's.
pub(super) fn run(shot: &Shot<'_>, ip: IpAddr) -> Result<Result<Vec<u8>, WebError>, ServiceFault> {
    const NO_DIR: ServiceFault = ServiceFault::new("no folder for the browser's profile can be made");
    let dir = Profile::new().ok_or(NO_DIR)?;
    let (document, picture) = (dir.0.join("document"), dir.0.join("picture.png"));
    let stdout = File::create(&document).map_err(|_| NO_DIR)?;
    let result = if shot.picture { &picture } else { &document };
    let child = command(shot, ip, &dir.0, &picture)
        .stdout(stdout)
        .spawn()
        .map_err(|_| ServiceFault::new("the browser cannot be started"))?;
    if let Err(error) = wait(Running(child), shot, result) {
        return Ok(Err(error));
    }
    match fs::read(result) {
        Ok(octets) if u64::try_from(octets.len()).unwrap_or(u64::MAX) > shot.max_octets => {
            Ok(Err(too_large(shot)))
        }
        Ok(octets) if !octets.is_empty() => Ok(Ok(octets)),
        _ => Ok(Err(WebError::new(cause::WEBPAGE_LOAD_FAILED))),
    }
}

fn too_large(shot: &Shot<'_>) -> WebError {
    WebError::new(cause::TOO_LARGE).with("max_octets", shot.max_octets)
}

fn command(shot: &Shot<'_>, ip: IpAddr, dir: &Path, picture: &Path) -> Command {
    let host = shot.url.host_str().unwrap_or_default();
    let to = match ip {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => format!("[{v6}]"),
    };
    let mut command = Command::new(shot.program);
    command
        .env_clear()
        .env("HOME", dir)
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .current_dir(dir)
        .args([
            "--headless",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--no-default-browser-check",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-default-apps",
            "--disable-sync",
            "--disable-extensions",
            "--disable-quic",
            "--no-pings",
            "--no-proxy-server",
            "--mute-audio",
            "--hide-scrollbars",
            "--window-size=1280,1024",
            "--lang=en-US",
            // Connections between browsers would not ask the resolver.
            "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
        ])
        .arg(format!("--user-data-dir={}", dir.display()))
        .arg(format!("--host-resolver-rules=MAP {host} {to}, MAP * ~NOTFOUND"));
    if shot.wait_ms > 0 {
        // Without the second option a short budget can end before the first frame, and then none comes.
        command.arg(format!("--virtual-time-budget={}", shot.wait_ms.min(MAX_WAIT_MS)));
        command.arg("--run-all-compositor-stages-before-draw");
    }
    if is_root() {
        // The browser's own sandbox refuses to start as root.
        command.arg("--no-sandbox");
    }
    if shot.picture {
        command.arg(format!("--screenshot={}", picture.display()));
    } else {
        command.arg("--dump-dom");
    }
    // It begins with http: and so is no option.
    command.arg(shot.url.as_str());
    command
}

fn wait(mut running: Running, shot: &Shot<'_>, result: &Path) -> Result<(), WebError> {
    loop {
        match running.0.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(None) => {}
            Ok(Some(_)) | Err(_) => return Err(WebError::new(cause::WEBPAGE_LOAD_FAILED)),
        }
        let Some(left) = shot.deadline.left() else { return Err(WebError::new(cause::TIMEOUT)) };
        if fs::metadata(result).is_ok_and(|file| file.len() > shot.max_octets) {
            return Err(too_large(shot));
        }
        std::thread::sleep(left.min(TICK));
    }
}

#[cfg(unix)]
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    // A process owns its own entry there.
    fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}

/// A browser that is ended when nobody waits for it any more.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail only if it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A folder of one run, for its owner alone.
struct Profile(PathBuf);

impl Profile {
    fn new() -> Option<Profile> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let mut tag = [0; 8];
        getrandom::fill(&mut tag).ok()?;
        let name =
            format!("selfsame-{:016x}-{}", u64::from_le_bytes(tag), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        // Fails if the name is taken: nobody else's folder is used.
        builder.create(&path).ok()?;
        Some(Profile(path))
    }
}

impl Drop for Profile {
    fn drop(&mut self) {
        // The browser's helpers may still be writing while they end.
        for _ in 0..20 {
            if fs::remove_dir_all(&self.0).is_ok() || !self.0.exists() {
                break;
            }
            std::thread::sleep(TICK);
        }
    }
}
