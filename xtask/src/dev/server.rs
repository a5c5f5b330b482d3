//! wrangler as a child: in a process group of its own, which ends with the xtask in every case.

use std::ffi::OsString;
use std::fs;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process_group};

use crate::bring;
use crate::project::Project;
use crate::step::Stopwatch;

/// The hidden command that becomes another program which ends when its parent does.
pub const CHILD: &str = "__child";

/// What wrangler gets to end by itself.
const GRACE: Duration = Duration::from_secs(8);

pub struct Server {
    child: Child,
    log: PathBuf,
    shown: Arc<AtomicBool>,
    stopped: bool,
}

impl Server {
    pub fn start(project: &Project, port: u16, state: &Path) -> Result<Self> {
        let log = state.join("wrangler.log");
        let wrangler = bring::node_tool(project, "wrangler")?;
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(CHILD).arg(wrangler.get_program());
        for (name, value) in wrangler.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command
            .current_dir(&project.root)
            .args(["dev", "--local", "--ip", "127.0.0.1", "--inspector-ip", "127.0.0.1"])
            .args(["--port", &port.to_string(), "--inspector-port", "0", "--persist-to"])
            .arg(state)
            .arg("--show-interactive-dev-session=false")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        let mut child = command.spawn().context("cannot start wrangler")?;
        let shown = Arc::new(AtomicBool::new(false));
        let file = Arc::new(Mutex::new(fs::File::create(&log)?));
        if let Some(out) = child.stdout.take() {
            forward(out, Arc::clone(&file), Arc::clone(&shown));
        }
        if let Some(out) = child.stderr.take() {
            forward(out, file, Arc::clone(&shown));
        }
        Ok(Self { child, log, shown, stopped: false })
    }

    /// From here on wrangler's lines go to the terminal, not only to the log.
    pub fn show_output(&self) {
        self.shown.store(true, Ordering::Relaxed);
    }

    pub fn log(&self) -> &Path {
        &self.log
    }

    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Asks the whole group to end, then ends what is left of it.
    pub fn stop(&mut self) {
        self.stopped = true;
        let group = Pid::from_child(&self.child);
        // Errors mean that nobody is left.
        let _ = kill_process_group(group, Signal::TERM);
        let watch = Stopwatch::start();
        while watch.elapsed() < GRACE && matches!(self.child.try_wait(), Ok(None)) {
            thread::sleep(Duration::from_millis(50));
        }
        let _ = kill_process_group(group, Signal::KILL);
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The number may belong to somebody else once the group has ended.
        if !self.stopped {
            let _ = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
        }
    }
}

fn forward(out: impl Read + Send + 'static, log: Arc<Mutex<fs::File>>, shown: Arc<AtomicBool>) {
    thread::spawn(move || {
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            if let Ok(mut log) = log.lock() {
                let _ = writeln!(log, "{line}");
            }
            if shown.load(Ordering::Relaxed) && !line.trim().is_empty() {
                println!("{line}");
            }
        }
    });
}

/// Runs in the child: asks the kernel for SIGTERM when the xtask is gone, however it went, and
/// becomes the program.
pub fn child(mut words: impl Iterator<Item = OsString>) -> Result<bool> {
    let program = words.next().context("no program is named")?;
    #[cfg(target_os = "linux")]
    rustix::process::set_parent_process_death_signal(Some(Signal::TERM))?;
    Err(Command::new(program).args(words).exec().into())
}
