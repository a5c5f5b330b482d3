//! The words after a command: flags, and options with a value.

use anyhow::{Context, Result, bail};

/// What was asked for; `finish` refuses what nobody took.
pub struct Args {
    words: Vec<String>,
}

impl Args {
    /// Splits `--name=value` into two words.
    pub fn parse(words: &[String]) -> Self {
        let mut split = Vec::new();
        for word in words {
            match word.split_once('=') {
                Some((name, value)) if name.starts_with("--") => {
                    split.extend([name.to_owned(), value.to_owned()]);
                }
                _ => split.push(word.clone()),
            }
        }
        Self { words: split }
    }

    pub fn flag(&mut self, name: &str) -> bool {
        let before = self.words.len();
        self.words.retain(|word| word != name);
        self.words.len() != before
    }

    /// The value of an option, taken out; the first where it is repeated.
    pub fn value(&mut self, name: &str) -> Result<Option<String>> {
        let Some(at) = self.words.iter().position(|word| word == name) else {
            return Ok(None);
        };
        self.words.remove(at);
        if self.words.get(at).is_none_or(|word| word.starts_with("--")) {
            bail!("{name} wants a value");
        }
        Ok(Some(self.words.remove(at)))
    }

    pub fn number<T: std::str::FromStr>(&mut self, name: &str) -> Result<Option<T>> {
        let Some(value) = self.value(name)? else {
            return Ok(None);
        };
        let number = value.parse().ok();
        Ok(Some(number.with_context(|| format!("{name} wants a number, not `{value}`"))?))
    }

    pub fn finish(self) -> Result<()> {
        match self.words.first() {
            None => Ok(()),
            Some(word) => bail!("`{word}` is not understood; `cargo xtask help` lists what is"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Args;

    fn args(words: &[&str]) -> Args {
        Args::parse(&words.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn values_stand_after_a_space_or_an_equals_sign() {
        let mut args = args(&["--port", "1", "--state=here", "--demo"]);
        assert_eq!(args.number::<u16>("--port").unwrap(), Some(1));
        assert_eq!(args.value("--state").unwrap().as_deref(), Some("here"));
        assert!(args.flag("--demo"));
        args.finish().unwrap();
    }

    #[test]
    fn what_nobody_took_is_refused() {
        assert!(args(&["--prot", "1"]).finish().is_err());
        assert!(args(&["--port"]).value("--port").is_err());
        assert!(args(&["--port", "--demo"]).value("--port").is_err());
        assert!(args(&["--port", "x"]).number::<u16>("--port").is_err());
    }
}
