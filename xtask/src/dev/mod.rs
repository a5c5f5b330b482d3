//! `cargo xtask dev`: builds everything, serves it on this machine, and ends cleanly.
//!
//! wrangler watches the sources and calls `cargo xtask build` after a change, as its build
//! command in `wrangler.toml` says; a failed build leaves the last good one in place.

mod demo;
mod http;
mod server;

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use server::Server;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::args::Args;
use crate::build::{self, Variant};
use crate::project::Project;
use crate::step::{Stopwatch, step};

pub use server::{CHILD, child};

/// How long the first answer may take: wrangler compiles the bundle once more.
const START: Duration = Duration::from_mins(2);

pub fn dev(project: &Project, mut args: Args) -> Result<bool> {
    let port = args.number("--port")?.unwrap_or(8787);
    let state = args.value("--state")?.map_or_else(|| project.path(".guildhall/state"), PathBuf::from);
    let demo = args.flag("--demo");
    args.finish()?;

    let watch = Stopwatch::start();
    let state = std::path::absolute(state)?;
    let _lock = lock(&state)?;
    free(port)?;
    build::build(project, Variant::Dev)?;

    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    let mut server = Server::start(project, port, &state)?;
    let came_up = step(&format!("Starting the server on port {port}"), || wait(&mut server, &mut signals, port));
    let ready = match came_up {
        Ok(ready) => ready,
        Err(error) => {
            server.stop();
            return Err(error);
        }
    };
    if !ready {
        server.stop();
        return Ok(true);
    }
    if demo && let Err(error) = demo::fill(port) {
        eprintln!("The example team could not be filled: {error:#}");
    }
    println!(
        "
  Guildhall is served (after {}).

    Console   http://localhost:{port}/
    API       http://localhost:{port}/v1/health
    Mailbox   http://localhost:{port}/dev/mail
    Data      {}
    Stop      Ctrl-C
",
        watch.seconds(),
        state.display()
    );
    server.show_output();

    let ended = loop {
        if signals.pending().next().is_some() {
            break None;
        }
        if let Some(status) = server.ended()? {
            break Some(status);
        }
        thread::sleep(Duration::from_millis(100));
    };
    server.stop();
    match ended {
        None => {
            println!("\nThe server has ended.");
            Ok(true)
        }
        Some(status) => bail!("wrangler ended by itself with {status}; its output: {}", server.log().display()),
    }
}

/// True when the server answers, false when somebody wants it to end first.
fn wait(server: &mut Server, signals: &mut Signals, port: u16) -> Result<bool> {
    let watch = Stopwatch::start();
    loop {
        if signals.pending().next().is_some() {
            return Ok(false);
        }
        if let Some(status) = server.ended()? {
            bail!("wrangler ended with {status}:\n{}", crate::run::last_lines(server.log(), 40));
        }
        if http::get(port, "/v1/health").is_ok_and(|answer| answer.status == 200) {
            return Ok(true);
        }
        if watch.elapsed() > START {
            bail!(
                "/v1/health did not answer in {} s; wrangler said:\n{}",
                START.as_secs(),
                crate::run::last_lines(server.log(), 40)
            );
        }
        thread::sleep(Duration::from_millis(100));
    }
}

/// Two servers must not share their data. The kernel drops the lock with the process, so that
/// it is never stale.
fn lock(state: &Path) -> Result<fs::File> {
    fs::create_dir_all(state).with_context(|| format!("cannot make the folder {}", state.display()))?;
    let file = fs::File::create(state.join("lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => {
            bail!("another `cargo xtask dev` uses {}; end it, or name another folder with --state", state.display())
        }
        Err(fs::TryLockError::Error(error)) => Err(error.into()),
    }
}

fn free(port: u16) -> Result<()> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => Ok(()),
        Err(error) => bail!("port {port} is not free ({error}); name another with --port"),
    }
}
