//! `--demo`: asks the development Worker for its example team, and prints how to sign in.

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::http;
use crate::step::step;

pub fn fill(port: u16) -> Result<()> {
    let answer = step("Filling the example team", || http::post(port, "/dev/demo"))?;
    if !(200..300).contains(&answer.status) {
        bail!("POST /dev/demo answered {}: {}", answer.status, answer.body);
    }
    let value: Value = serde_json::from_str(&answer.body).context("POST /dev/demo answered no JSON")?;
    println!("\n  Sign-ins of the example team:\n");
    match sign_ins(&value) {
        Some(lines) => lines.iter().for_each(|line| println!("    {line}")),
        None => println!("{value:#}"),
    }
    Ok(())
}

/// One line for each object of `signIns` (or of the answer itself): its texts, in order.
fn sign_ins(value: &Value) -> Option<Vec<String>> {
    let list = value.get("signIns").unwrap_or(value).as_array()?;
    let line = |entry: &Value| {
        let fields = entry.as_object()?;
        let texts = fields.iter().filter_map(|(name, value)| Some(format!("{name} {}", value.as_str()?)));
        Some(texts.collect::<Vec<_>>().join("   "))
    };
    list.iter().map(line).collect()
}
