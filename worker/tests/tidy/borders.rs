//! The borders between parts of the program, which a name on the wrong side crosses.

use super::{File, files, none, rust};
use guildhall_worker::{features::FEATURES, object::Handler};
use std::collections::BTreeSet;

/// Lines of code under these folders that hold one of these words.
fn naming(under: &[&str], words: &[&str], but: impl Fn(&str) -> bool) -> Vec<String> {
    let mut wrong = vec![];
    let mut seen = 0;
    for file in rust().iter().filter(|file| under.iter().any(|folder| file.path.starts_with(folder))) {
        seen += 1;
        if but(&file.path) {
            continue;
        }
        for (number, line) in file.code().lines().enumerate() {
            if words.iter().any(|word| line.contains(word)) {
                wrong.push(format!("{}:{}: {}", file.path, number + 1, line.trim()));
            }
        }
    }
    assert!(seen > 0, "nothing stands under {under:?}");
    wrong
}

#[test]
fn a_rule_names_neither_the_platform_nor_async_nor_a_clock() {
    let words = ["worker::", "async ", ".await", "Instant", "SystemTime", "Date::", "clock::", "getrandom", "js_sys"];
    // A saga waits between its transactions, a handler for an object, and both passwords' lists lie beside the Worker.
    let waits = |path: &str| {
        path.ends_with("saga.rs")
            || path.ends_with("/http.rs")
            || ["words.rs", "breached_passwords.rs"]
                .iter()
                .any(|end| path.ends_with(&format!("features/passwords/{end}")))
    };
    none(&naming(&["worker/src/features/", "worker/src/access/policy.rs"], &words, waits));
}

/// Mechanism alone: of what both sides agree on it takes the time, and nothing else.
#[test]
fn the_kernel_knows_neither_the_product_nor_the_platform() {
    let words = [
        "AccountId",
        "TeamId",
        "ApiKeyId",
        "Refusal",
        "Role",
        "Permit",
        "Installation::",
        "guildhall_worker",
        "worker::",
        "js_sys",
        "web_sys",
        "wasm_bindgen",
        "\"team",
        "\"account",
        "email",
        "password",
        "https://",
    ];
    none(&naming(&["kernel/src/"], &words, |_| false));
    let takes = |line: &&str| line.contains("guildhall_shared::") && !line.contains("guildhall_shared::{");
    let kernel = rust().into_iter().filter(|file| file.path.starts_with("kernel/src/"));
    let wrong = kernel.flat_map(|file| {
        let lines: Vec<String> = file.code().lines().filter(takes).map(str::to_owned).collect();
        lines.into_iter().filter(|line| !line.to_lowercase().contains("timestamp")).collect::<Vec<_>>()
    });
    none(&wrong.collect::<Vec<_>>());
}

#[test]
fn the_agreement_has_no_input_and_no_output() {
    let words = ["std::fs", "std::net", "std::env", "SystemTime", "Instant::", "getrandom", "async ", "println!"];
    none(&naming(&["shared/src/"], &words, |_| false));
}

#[test]
fn only_the_clock_reads_the_time() {
    let words = ["Date::now", "SystemTime", "Instant::now", "Date::new"];
    let may = |path: &str| path.ends_with("/clock.rs") || path.starts_with("worker/src/dev/");
    none(&naming(&["worker/src/", "kernel/src/", "shared/src/", "frontend/src/"], &words, may));
}

#[test]
fn the_console_goes_elsewhere_in_two_places_which_look_where() {
    let words = [".assign(", ".replace_with_", "set_href", "set_location", "open_with_url", "use_navigate"];
    let may = |path: &str| ["frontend/src/browser.rs", "frontend/src/state/go.rs"].contains(&path);
    none(&naming(&["frontend/src/"], &words, may));
}

#[test]
fn only_errors_are_logged() {
    let words = [
        "console_error!",
        "console_log!",
        "console_warn!",
        "console_debug!",
        "println!",
        "eprintln!",
        "print!(",
        "dbg!",
    ];
    let may = |path: &str| path == "worker/src/error.rs" || path.starts_with("kernel/src/memory/");
    none(&naming(&["worker/src/", "kernel/src/", "shared/src/"], &words, may));
}

#[test]
fn every_path_of_the_api_is_a_function() {
    // The xtask waits for the server without linking the shared crate: its first build has to be short.
    let may = |path: &str| path == "shared/src/path.rs" || path.starts_with("xtask/");
    none(&naming(&["worker/src/", "shared/src/", "frontend/src/"], &["\"/v1", "/v1/"], may));
}

#[test]
fn components_know_neither_the_router_nor_the_api() {
    let words = ["leptos_router", "crate::api", "crate::link", "gloo_net", "blocks::", "shell::"];
    none(&naming(&["frontend/src/ui/"], &words, |_| false));
}

#[test]
fn what_all_pages_share_knows_no_feature() {
    let under = ["api", "blocks", "shell", "state", "ui"].map(|folder| format!("frontend/src/{folder}/"));
    none(&naming(&under.each_ref().map(String::as_str), &["features::"], |_| false));
}

#[test]
fn handlers_reach_the_store_through_handles_only() {
    let words = [".edge.list(", ".edge.call(", "MemoryEdge", "LiveEdge", "Host"];
    none(&naming(&["worker/src/features/"], &words, |path| !path.ends_with("/http.rs")));
}

#[test]
fn only_the_platform_s_files_name_the_platform() {
    let words = ["worker::"];
    let may = |path: &str| {
        path.starts_with("worker/src/dev/")
            || path.starts_with("worker/src/platform/")
            || ["worker/src/entry.rs", "worker/src/error.rs", "worker/src/lib.rs"].contains(&path)
    };
    let wrong = naming(&["worker/src/"], &words, may);
    none(&wrong.into_iter().filter(|line| !line.contains("guildhall_worker::")).collect::<Vec<_>>());
}

/// Whether a line of a style sheet, a page or a component gives a colour of its own.
fn gives_colour(file: &File, line: &str) -> bool {
    if ["rgb(", "rgba(", "hsl(", "hsla(", "oklch(", "oklab("].iter().any(|function| line.contains(function)) {
        return true;
    }
    line.match_indices('#').any(|(at, _)| {
        let digits: String =
            line[at + 1..].chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
        let quoted = file.has_extension(&["css"]) || line[..at].ends_with(['"', ' ', ':']);
        quoted && [3, 4, 6, 8].contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_hexdigit())
    })
}

#[test]
fn colours_stand_among_the_tokens_only() {
    let mut wrong = vec![];
    for file in files() {
        let styled = file.path.starts_with("frontend/styles/") || file.path.starts_with("frontend/src/");
        if !styled && file.path != "index.html" || file.path == "frontend/styles/tokens.css" {
            continue;
        }
        for (number, line) in file.text.lines().enumerate() {
            if gives_colour(&file, line) {
                wrong.push(format!("{}:{}: {}", file.path, number + 1, line.trim()));
            }
        }
    }
    none(&wrong);
}

#[test]
fn a_colour_is_known_when_it_is_seen() {
    let css = File { path: "frontend/styles/x.css".to_owned(), text: String::new() };
    let rust = File { path: "frontend/src/x.rs".to_owned(), text: String::new() };
    assert!(gives_colour(&css, "color: #fff;") && gives_colour(&css, "background: rgb(0 0 0)"));
    assert!(gives_colour(&rust, "fill=\"#aabbcc\"") && !gives_colour(&rust, "#[component]"));
    assert!(!gives_colour(&css, "color: var(--text);") && !gives_colour(&rust, "split_once(\"#token=\")"));
}

/// What stands in the sources after a declaration, up to the closing quote.
fn named(line: &str, declaration: &str) -> Option<String> {
    let (_, rest) = line.split_once(declaration)?;
    rest.split_once('"').map(|(name, _)| name.to_owned())
}

#[test]
fn every_command_is_a_feature_s_under_a_name_of_its_own() {
    let declared: Vec<String> = rust()
        .iter()
        .filter(|file| file.path.starts_with("worker/src/") && file.text.contains("impl Command for "))
        .flat_map(|file| {
            file.text.lines().filter_map(|line| named(line, "const NAME: &'static str = \"")).collect::<Vec<_>>()
        })
        .collect();
    let names: BTreeSet<&str> = declared.iter().map(String::as_str).collect();
    assert_eq!(names.len(), declared.len(), "two commands have one name");
    let commands = FEATURES.iter().flat_map(|feature| feature.commands).copied().flatten();
    let done: BTreeSet<&str> = commands.map(Handler::name).collect();
    let missing: Vec<String> = names.difference(&done).map(|name| format!("nothing does {name}")).collect();
    // What seeds is of development only.
    none(&missing.into_iter().filter(|line| !line.contains(" dev.")).collect::<Vec<_>>());
    assert!(names.len() > 100, "there are {} commands", names.len());
}

#[test]
fn every_timer_is_a_feature_s() {
    let declared: BTreeSet<String> = rust()
        .iter()
        .filter(|file| file.path.starts_with("worker/src/features/"))
        .flat_map(|file| {
            let of_a_class = |line: &&str| [" on object::", " on class::"].iter().any(|on| line.contains(on));
            let lines = file.text.lines().filter(of_a_class);
            lines.filter_map(|line| named(line, " as \"")).collect::<Vec<_>>()
        })
        .collect();
    let timers = FEATURES.iter().flat_map(|feature| feature.timers).copied().flatten();
    let done: BTreeSet<String> = timers.map(|timer| timer.name().to_owned()).collect();
    assert_eq!(declared, done);
    assert!(done.len() > 12, "there are {} timers", done.len());
}
