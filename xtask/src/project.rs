//! Where things are: the repository, what is built, and the tools' cache.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

pub struct Project {
    pub root: PathBuf,
    /// Tools live here, for every clone of the repository on this machine.
    pub cache: PathBuf,
}

impl Project {
    pub fn find() -> Result<Self> {
        let here = std::env::current_dir()?;
        let root = here
            .ancestors()
            .find(|folder| folder.join("wrangler.toml").is_file() && folder.join("xtask").is_dir())
            .context("this is not a folder of the repository: there is no wrangler.toml above it")?
            .to_owned();
        Ok(Self { root, cache: cache_dir()? })
    }

    pub fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }

    /// Stamps, logs and half-done output of the xtask.
    pub fn work(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join("target/xtask").join(relative)
    }

    /// The version that `Cargo.lock` holds of a crate.
    pub fn locked_version(&self, name: &str) -> Result<String> {
        let lock = std::fs::read_to_string(self.path("Cargo.lock"))?;
        version_in(&lock, name).with_context(|| format!("Cargo.lock does not hold {name}"))
    }
}

fn version_in(lock: &str, name: &str) -> Option<String> {
    let head = format!("name = \"{name}\"");
    let mut lines = lock.lines().skip_while(|line| *line != head);
    lines.next()?;
    let version = lines.next()?.strip_prefix("version = \"")?;
    Some(version.trim_end_matches('"').to_owned())
}

fn cache_dir() -> Result<PathBuf> {
    if let Some(own) = std::env::var_os("GUILDHALL_CACHE") {
        return Ok(std::path::absolute(own)?);
    }
    if let Some(cache) = std::env::var_os("XDG_CACHE_HOME").filter(|dir| !dir.is_empty()) {
        return Ok(PathBuf::from(cache).join("guildhall"));
    }
    let home = std::env::home_dir().context("there is no home directory; set GUILDHALL_CACHE")?;
    Ok(home.join(".cache/guildhall"))
}

#[cfg(test)]
mod tests {
    use super::version_in;

    #[test]
    fn a_version_is_read_from_the_lock_file() {
        let lock = "[[package]]\nname = \"a-b\"\nversion = \"9\"\n\n[[package]]\nname = \"a\"\nversion = \"1.2.3\"\n";
        assert_eq!(version_in(lock, "a").as_deref(), Some("1.2.3"));
        assert_eq!(version_in(lock, "c"), None);
    }
}
