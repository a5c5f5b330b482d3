//! Debian's packages, where the xtask may install them; a sentence that says which, where not.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::run;
use crate::step::step;

pub fn install(packages: &[&str], why: &str) -> Result<()> {
    let list = packages.join(" ");
    let by_hand = format!(
        "{why} is missing. Install it: on Debian `apt-get install {list}` as root, elsewhere your system's packages of that kind"
    );
    if run::find(&["apt-get"]).is_none() || !rustix::process::geteuid().is_root() {
        bail!(by_hand);
    }
    step(&format!("Installing {why} from Debian's packages: {list}"), || {
        let log = std::env::temp_dir().join("guildhall-apt.log");
        run::quietly(apt().arg("update"), &log).context(by_hand.clone())?;
        let mut install = apt();
        install.args(["install", "--yes", "--no-install-recommends"]).args(packages);
        run::quietly(&mut install, &log).context(by_hand)
    })
}

fn apt() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    // An older libstdc++ or OpenSSL beside cargo's own must not be loaded into apt.
    command.env_remove("LD_LIBRARY_PATH");
    command
}
