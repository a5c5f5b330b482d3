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
use lexopt::{Arg, Parser, ValueExt as _};
use server::Server;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::build::{self, Variant};
use crate::project::Project;
use crate::run;
use crate::step::{Stopwatch, step};

pub use server::{CHILD, child};

/// How long the first answer may take: wrangler compiles the bundle once more.
const START: Duration = Duration::from_mins(2);

pub fn dev(project: &Project, mut words: Parser) -> Result<bool> {
    let (mut port, mut state, mut demo) = (8787, project.path(".guildhall/state"), false);
    while let Some(word) = words.next()? {
        match word {
            Arg::Long("port") => port = words.value()?.parse()?,
            Arg::Long("state") => state = PathBuf::from(words.value()?),
            Arg::Long("demo") => demo = true,
            _ => return Err(word.unexpected().into()),
        }
    }

    let watch = Stopwatch::start();
    let state = std::path::absolute(state)?;
    let _lock = lock(&state)?;
    free(port)?;
    build::build(project, Variant::Dev)?;

    let signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    let mut serving = Serving { server: Server::start(project, port, &state)?, signals, port };
    let served = serving.serve(&watch, &state, demo);
    serving.server.stop();
    served?;
    println!("\nThe server has ended.");
    Ok(true)
}

/// A server, and the signals that end it.
struct Serving {
    server: Server,
    signals: Signals,
    port: u16,
}

/// Whether there is more to do, or somebody wants it to end.
#[derive(PartialEq, Eq)]
enum Then {
    GoOn,
    End,
}

impl Serving {
    /// Comes back when a signal asks for the end, with an error when wrangler ends by itself.
    fn serve(&mut self, watch: &Stopwatch, state: &Path, demo: bool) -> Result<()> {
        let port = self.port;
        if step(&format!("Starting the server on port {port}"), || self.come_up())? == Then::End {
            return Ok(());
        }
        if demo {
            // In a thread, since a signal does not wait for an answer.
            let filling = thread::spawn(move || demo::fill(port));
            if self.wait(|| Ok(filling.is_finished()))? == Then::End {
                return Ok(());
            }
            if let Ok(Err(error)) = filling.join() {
                eprintln!("The example team could not be filled: {error:#}");
            }
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
        self.server.show_output();
        self.wait(|| Ok(false)).map(drop)
    }

    fn come_up(&mut self) -> Result<Then> {
        let (port, watch) = (self.port, Stopwatch::start());
        let log = self.server.log().to_owned();
        self.wait(|| {
            if watch.elapsed() > START {
                let said = run::last_lines(&log, 40);
                bail!("/v1/health did not answer in {} s; wrangler said:\n{said}", START.as_secs());
            }
            Ok(http::get(port, "/v1/health").is_ok_and(|answer| answer.status == 200))
        })
    }

    fn wait(&mut self, mut is_done: impl FnMut() -> Result<bool>) -> Result<Then> {
        loop {
            if self.signals.pending().next().is_some() {
                return Ok(Then::End);
            }
            if let Some(status) = self.server.ended()? {
                let log = self.server.log();
                let said = run::last_lines(log, 40);
                bail!("wrangler ended by itself with {status}:\n{said}\n(all of it: {})", log.display());
            }
            if is_done()? {
                return Ok(Then::GoOn);
            }
            thread::sleep(Duration::from_millis(100));
        }
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
