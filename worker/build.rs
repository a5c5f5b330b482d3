//! Takes the white space out of the API document, which the Worker carries.

use std::{env, fs, path::Path};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=openapi.json");
    let document: serde_json::Value = serde_json::from_str(&fs::read_to_string("openapi.json")?)?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("openapi.json"), document.to_string())?;
    Ok(())
}
