//! Debian's compiler for wasm32, with the standard library built from its packaged source.
//!
//! Nothing below /usr is written: the library lies in a sysroot of its own in the cache, which
//! is put in place whole, and a small `rustc` there names it. A new compiler gets a new one.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::compiler::{Compiler, WASM, has_std};
use super::{apt, version_of};
use crate::fingerprint::{Fingerprint, files};
use crate::project::Project;
use crate::run;
use crate::step::step;

const RUSTC: &str = "/usr/bin/rustc";
const CARGO: &str = "/usr/bin/cargo";
pub const CLIPPY: &str = "/usr/bin/cargo-clippy";
const SOURCE: &str = "/usr/lib/rustlib/src/rust/library/std";
const PACKAGES: [&str; 3] = ["rustc-web", "cargo-web", "rust-web-src"];
/// The workspace's `rust-version`.
const OLDEST: (u32, u32) = (1, 91);
/// What another toolchain has set, cargo's `run` among it.
const FOREIGN: &[&str] = &[
    "LD_LIBRARY_PATH",
    "RUSTC",
    "RUSTC_WRAPPER",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTFLAGS",
    "CARGO_ENCODED_RUSTFLAGS",
    "RUSTUP_TOOLCHAIN",
];

/// Whether the library was built before, so that rustup need not be asked again.
pub fn is_ready(project: &Project) -> bool {
    has_packages() && sysroot(project).is_ok_and(|sysroot| is_whole(&sysroot))
}

pub fn compiler(project: &Project) -> Result<Compiler> {
    if !has_packages() {
        apt::install(&PACKAGES, "Debian's Rust compiler (1.91 or newer) with its source")?;
    }
    let linker = linker()?;
    let sysroot = sysroot(project)?;
    if !is_whole(&sysroot) {
        step(&format!("Building the standard library for {WASM} from Debian's source"), || {
            build(&sysroot).context("the standard library for wasm32 did not build")
        })?;
    }
    let bin = sysroot.join("bin");
    Ok(Compiler {
        cargo: bin.join("cargo"),
        target_dir: project.path("target/debian"),
        identity: format!("Debian {}", identity()?),
        env: vec![
            ("RUSTC", bin.join("rustc").into_os_string()),
            // clippy-driver takes the compiler's place and does not see its --sysroot.
            ("SYSROOT", sysroot.into_os_string()),
            ("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker),
        ],
        folders: vec![bin],
        env_remove: FOREIGN,
    })
}

fn has_packages() -> bool {
    version_of(RUSTC).is_some_and(|version| version >= OLDEST)
        && Path::new(CARGO).is_file()
        && Path::new(SOURCE).is_dir()
}

fn identity() -> Result<String> {
    run::output(plain(RUSTC).arg("-vV"))
}

fn sysroot(project: &Project) -> Result<PathBuf> {
    let hash = Fingerprint::new("wasm32 sysroot 2").with(identity()?).hex();
    Ok(project.cache.join(format!("wasm32-std-{}", hash.get(..12).unwrap_or(&hash))))
}

fn is_whole(sysroot: &Path) -> bool {
    has_std(&sysroot.join("lib/rustlib").join(WASM).join("lib")) && sysroot.join("bin/rustc").is_file()
}

/// Debian's compiler brings no wasm linker: rustup's toolchain has one, and so has LLVM's lld.
fn linker() -> Result<OsString> {
    const NAMES: [&str; 5] = ["rust-lld", "wasm-ld-22", "wasm-ld-21", "wasm-ld-20", "wasm-ld-19"];
    let of_rustup = || {
        let rustc = run::find(&["rustup"]).map(|rustup| rustup.with_file_name("rustc"))?;
        let root = run::output(Command::new(rustc).args(["--print", "sysroot"])).ok()?;
        let programs = files(&Path::new(&root).join("lib/rustlib")).ok()?;
        programs.into_iter().find(|file| file.ends_with("bin/rust-lld"))
    };
    if let Some(found) = of_rustup().or_else(|| run::find(&NAMES)) {
        return Ok(found.into_os_string());
    }
    apt::install(&["lld-22"], "the wasm linker")?;
    Ok(run::find(&NAMES).context("the package lld-22 brought no wasm-ld-22")?.into_os_string())
}

/// A program of Debian's toolchain, with nothing of another one around it.
fn plain(program: &str) -> Command {
    let mut command = Command::new(program);
    for name in FOREIGN {
        command.env_remove(name);
    }
    command
}

/// Builds an empty crate, with the library beside it; makes the sysroot of the libraries, a link
/// to the host's and the two programs; moves all of it into place.
fn build(sysroot: &Path) -> Result<()> {
    let draft = sysroot.with_extension(format!("draft-{}", std::process::id()));
    let probe = draft.join("probe");
    fs::create_dir_all(&probe)?;
    fs::write(probe.join("lib.rs"), "")?;
    fs::write(
        probe.join("Cargo.toml"),
        "[package]\nname = \"probe\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[lib]\npath = \"lib.rs\"\n[workspace]\n",
    )?;
    let mut cargo = plain(CARGO);
    cargo
        .current_dir(&probe)
        .args(["build", "--release", "--target", WASM, "-Zbuild-std=std,panic_abort"])
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTC", RUSTC)
        .env("CARGO_TARGET_DIR", probe.join("target"))
        // Link-time optimisation reads the bitcode.
        .env("RUSTFLAGS", "-Cembed-bitcode=yes");
    run::quietly(&mut cargo, &draft.join("build.log"))?;

    let libraries = draft.join("lib/rustlib").join(WASM).join("lib");
    fs::create_dir_all(&libraries)?;
    for file in files(&probe.join("target").join(WASM).join("release/deps"))? {
        let name = file.file_name().unwrap_or_default();
        let text = name.to_string_lossy();
        if text.ends_with(".rlib") && !text.starts_with("libprobe-") {
            fs::copy(&file, libraries.join(name))?;
        }
    }
    if !has_std(&libraries) {
        bail!("the build left no libstd");
    }
    let said = identity()?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc -vV names no host")?;
    symlink(Path::new("/usr/lib/rustlib").join(host), draft.join("lib/rustlib").join(host))?;
    fs::create_dir_all(draft.join("bin"))?;
    symlink(CARGO, draft.join("bin/cargo"))?;
    // Before another toolchain's in PATH; it may be installed later.
    symlink(CLIPPY, draft.join("bin/cargo-clippy"))?;
    let rustc = draft.join("bin/rustc");
    fs::write(&rustc, format!("#!/bin/sh\nexec {RUSTC} --sysroot '{}' \"$@\"\n", sysroot.display()))?;
    fs::set_permissions(&rustc, fs::Permissions::from_mode(0o755))?;
    fs::remove_dir_all(&probe)?;

    if sysroot.exists() {
        fs::remove_dir_all(sysroot)?;
    }
    Ok(fs::rename(&draft, sysroot)?)
}
