//! The parts that the build cuts the program into. A part is fetched with the first of its pages, so that a first load
//! brings only what it shows. Each feature says which part its pages belong to. The build makes one more file for each
//! set of parts that share code, so that more parts mean many more files: a new page joins one of these, and only pages
//! that people load first have a part of their own.
//!
//! - `door`: the sign-in page, and the code that talks to the browser about passkeys
//! - `entrance`: the other pages of people who are not signed in
//! - `account`: the pages of an account, the list of teams, and the audit log
//! - `general`, `members`: the pages of a workspace with these names
//! - `credentials`: API keys and secrets
//! - `layers`: everything that opens over a page

/// Makes a function for each page that shows it once its part has arrived. The build cuts the program at these.
macro_rules! part {
    ($part:ident, $shape:ident: $($seen:vis $name:ident => $page:ident),+ $(,)?) => {$(
        $seen fn $name() -> AnyView {
            #[leptos::wasm_split::wasm_split($part, wasm_split_path = leptos::wasm_split, fallible)]
            fn $name() -> Result<$crate::blocks::later::Show, leptos::wasm_split::SplitLoaderError> {
                Ok(|| view! { <$page /> }.into_any())
            }
            $crate::blocks::later::later(|| Box::pin($name()), $crate::blocks::later::$shape)
        }
    )+};
}

pub(crate) use part;
