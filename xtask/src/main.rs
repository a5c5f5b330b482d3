//! The only list of commands: `cargo xtask <command>`.
//!
//! Everything a person or a build server does with this repository starts here. Each command
//! first brings the tools that it needs and that are missing, then does its work.

mod bench;
mod bring;
mod build;
mod check;
mod dev;
mod fingerprint;
mod project;
mod run;
mod step;
mod test;

use std::process::ExitCode;

use anyhow::{Result, bail};
use lexopt::{Arg, Parser};
use project::Project;

const HELP: &str = "\
cargo xtask <command>

  dev      build everything and serve it on this machine, again after each change
             --port N      the port to serve on (8787)
             --state DIR   where the local data lives, kept between runs (.guildhall/state)
             --demo        fill an example team and print its sign-ins
  build    the Worker into build/, the console into dist/
             --dev         with the mailbox, the movable clock and the seeding command
             --deploy      as it is deployed (the default)
  test     every check and test; the last line is the count
             --long        the random histories in full length
             --only PART   host, bench, api, faults or console; may be repeated
  check    formatting and lints, on the host and for wasm32
  bench    the figures of bench/README.md; further words go to bench/run.mjs
  pictures a picture of every page; further words go to tests/console/pictures.mjs
  tools    only bring the tools

GUILDHALL_WASM=debian  build with Debian's compiler, as where rustup cannot download
GUILDHALL_CACHE=DIR    where tools are kept (the user's cache directory)
";

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// True where the command did what it should.
fn run() -> Result<bool> {
    let mut words = Parser::from_env();
    let command = match words.next()? {
        None | Some(Arg::Long("help") | Arg::Short('h')) => "help".to_owned(),
        Some(Arg::Value(command)) => command.to_string_lossy().into_owned(),
        Some(option) => return Err(option.unexpected().into()),
    };
    match command.as_str() {
        "help" => {
            print!("{HELP}");
            return Ok(true);
        }
        dev::CHILD => return dev::child(words.raw_args()?),
        _ => {}
    }
    let project = Project::find()?;
    match command.as_str() {
        "dev" => dev::dev(&project, words),
        "build" => build::command(&project, words),
        "test" => test::test(&project, words),
        "check" => check::command(&project, words),
        "bench" => bench::bench(&project, words.raw_args()?),
        "pictures" => bench::pictures(&project, words.raw_args()?),
        "tools" => bring::everything(&project).map(|()| true),
        other => bail!("there is no command `{other}`\n\n{HELP}"),
    }
}
