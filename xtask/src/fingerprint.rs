//! Whether a step has anything to do: a hash of all that goes in, kept beside what came out.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// A hash of names and contents, in a fixed order.
pub struct Fingerprint(Sha256);

impl Fingerprint {
    pub fn new(what: &str) -> Self {
        Self(Sha256::new()).with(what.as_bytes())
    }

    #[must_use]
    pub fn with(mut self, bytes: impl AsRef<[u8]>) -> Self {
        let bytes = bytes.as_ref();
        self.0.update(bytes.len().to_le_bytes());
        self.0.update(bytes);
        self
    }

    /// A file, or a folder with all that lies in it. What is missing counts as empty.
    pub fn path(mut self, path: &Path) -> Result<Self> {
        for file in files(path)? {
            let bytes = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
            let name = file.strip_prefix(path).unwrap_or(&file).as_os_str().as_encoded_bytes();
            self = self.with(name).with(bytes);
        }
        Ok(self)
    }

    /// A crate without its tests: whatever else lies there may be compiled in.
    pub fn package(mut self, folder: &Path) -> Result<Self> {
        let entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
        let mut parts = entries.collect::<Result<Vec<PathBuf>>>()?;
        parts.retain(|part| !part.ends_with("tests"));
        parts.sort();
        for part in parts {
            self = self.with(part.file_name().unwrap_or_default().as_encoded_bytes()).path(&part)?;
        }
        Ok(self)
    }

    pub fn hex(self) -> String {
        HEXLOWER.encode(&self.0.finalize())
    }
}

/// Every file below a folder, sorted; the path itself where it is a file.
pub fn files(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            found.extend(files(&entry?.path())?);
        }
    }
    found.sort();
    Ok(found)
}

/// The hash that a finished step left behind.
pub struct Stamp(PathBuf);

impl Stamp {
    pub fn at(path: PathBuf) -> Self {
        Self(path)
    }

    pub fn is(&self, fingerprint: &str) -> bool {
        fs::read_to_string(&self.0).is_ok_and(|stamp| stamp == fingerprint)
    }

    /// Does the work unless it was done for the same input and every output is there. The
    /// stamp is taken away first, so that an interrupted step is never taken for a done one.
    pub fn unless(&self, fingerprint: &str, outputs: &[PathBuf], work: impl FnOnce() -> Result<()>) -> Result<()> {
        if self.is(fingerprint) && outputs.iter().all(|output| output.exists()) {
            return Ok(());
        }
        let _ = fs::remove_file(&self.0);
        work()?;
        self.set(fingerprint)
    }

    pub fn set(&self, fingerprint: &str) -> Result<()> {
        if let Some(folder) = self.0.parent() {
            fs::create_dir_all(folder)?;
        }
        Ok(fs::write(&self.0, fingerprint)?)
    }
}
