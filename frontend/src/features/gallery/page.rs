//! Each component in each state, to look at while one builds. In development only.

use crate::{
    clock,
    ui::{
        avatar::Avatar,
        badge::{Badge, Flag},
        button::{Button, ButtonLink, Look},
        choice::{Choice, Pick},
        confirm::Confirm,
        empty::{NotLoaded, NothingMatches, NothingYet},
        field::{MONO, PasswordField, TextArea, TextField},
        icon::Icon,
        menu::{Menu, MenuAction, MenuLink, Opener},
        notice::{Notice, Tone},
        once::Once,
        qr::Qr,
        select::Select,
        skeleton::{FormSkeleton, RowsSkeleton},
        strength::NewPassword,
        table::{Column, Sort, Table},
        tabs::{Tab, Tabs},
        time::Ago,
    },
};
use guildhall_shared::timestamp::DAY;
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub fn Gallery() -> impl IntoView {
    view! {
        <main class="content" id="main" tabindex="-1">
            <div class="page wide gallery">
                <h1>"Components"</h1>
                // The test of what is deployed looks for this sentence.
                <p class="purpose">"Each component in each state."</p>
                <Buttons />
                <Fields />
                <Layers />
                <Words />
                <Lists />
                <Crash />
            </div>
        </main>
    }
}

#[component]
fn Buttons() -> impl IntoView {
    let why = Signal::stored(Some("Only admins invite people. Ask an admin of this team.".to_owned()));
    let here = Signal::stored("#buttons".to_owned());
    view! {
        <section aria-labelledby="buttons">
            <h2 id="buttons">"Button, link"</h2>
            <div class="stack">
                <Button>"Plain"</Button>
                <Button look=Look::Primary icon=Icon::Plus>"Primary"</Button>
                <Button look=Look::Danger>"Danger"</Button>
                <Button look=Look::Quiet>"Quiet"</Button>
                <Button look=Look::Primary busy=true>"Working"</Button>
                <Button busy=true>"Working"</Button>
                <Button look=Look::Danger busy=true>"Working"</Button>
                <Button look=Look::Quiet busy=true>"Working"</Button>
                <Button look=Look::Danger refused=why>"Refused"</Button>
                <Button look=Look::Quiet refused=why>"Refused"</Button>
                <Button look=Look::Primary refused=why>"Refused"</Button>
                <ButtonLink label="A link" href=here />
            </div>
        </section>
    }
}

#[component]
fn Fields() -> impl IntoView {
    let text = |text: &str| RwSignal::new(text.to_owned());
    let refused = Signal::stored(Some("This name is reserved. Choose another.".to_owned()));
    let picks = || {
        vec![
            Pick { value: "member", label: "Member", sentence: "Uses what the team runs." },
            Pick { value: "admin", label: "Admin", sentence: "May do everything." },
        ]
    };
    let short = |value, label| Pick { value, label, sentence: "" };
    view! {
        <section aria-labelledby="fields">
            <h2 id="fields">"Field, choice"</h2>
            <div class="stack">
                <div class="form">
                    <TextField label="Empty" name="a" value=text("") help="What belongs here." />
                    <TextField label="Filled" name="b" value=text("Ana Lovelace") optional=true />
                    <TextField label="Refused" name="c" value=text("account") refused=refused />
                    <TextField label="Refused, after a word" name="j" value=text("account") refused=refused before="/" />
                    <TextArea label="Refused text" name="k" value=text("account") refused=refused />
                    <PasswordField label="Refused password" name="l" value=text("pond") refused=refused autocomplete="off" />
                    <TextField label="To read" name="d" value=text("ana@example.com") readonly=true />
                </div>
                <div class="form">
                    <PasswordField label="Password" name="e" value=text("tk4-mule-pond") autocomplete="off" />
                    <Select
                        label="Start in"
                        name="i"
                        value=text("b")
                        picks=vec![("a".to_owned(), "Ana".to_owned()), ("b".to_owned(), "Core".to_owned())]
                    />
                    <TextArea label="Text" name="f" value=text("Two\nlines") class=MONO />
                    <Choice label="Role" name="g" value=text("member") picks=picks() />
                    <Choice
                        label="Theme"
                        name="h"
                        value=text("dark")
                        inline=true
                        picks=vec![short("light", "Light"), short("dark", "Dark")]
                    />
                </div>
                <div class="form">
                    <NewPassword label="New" value=text("") />
                    <NewPassword label="Refused" value=text("password1234") />
                    <NewPassword label="Fair" value=text("tk4-mule-pond") />
                    <NewPassword label="Good" value=text("tk4-mule-pond-gravel") />
                    <NewPassword label="Strong" value=text("tk4-mule-pond-gravel-ladder") />
                </div>
            </div>
        </section>
    }
}

#[component]
fn Layers() -> impl IntoView {
    let open = RwSignal::new(false);
    let items = || {
        view! {
            <MenuLink href="#layers" label="A link" icon=Icon::Settings />
            <MenuAction label="Chosen" checked=true on_choose=|()| () />
            <MenuLink href="#layers" label="Refused" refused=Some("Only admins change roles.".to_owned()) />
            <MenuLink href="#layers" label="Danger" danger=true />
        }
    };
    view! {
        <section aria-labelledby="layers">
            <h2 id="layers">"Menu, dialog, confirm"</h2>
            <div class="stack">
                <Menu label="Actions for Ana" opener=Opener::Icon(Icon::More)>{items()}</Menu>
                <Button on_click=move |_| open.set(true)>"Ask"</Button>
            </div>
            {move || {
                open.get()
                    .then(|| {
                        view! {
                            <Confirm
                                title="Delete API_TOKEN?"
                                verb="Delete secret"
                                typed="API_TOKEN".to_owned()
                                on_confirm=Callback::new(move |()| open.set(false))
                                on_close=move |()| open.set(false)
                            >
                                <p class="lead">"Workloads that need it will fail."</p>
                            </Confirm>
                        }
                    })
            }}
        </section>
    }
}

#[component]
fn Words() -> impl IntoView {
    let now = Signal::stored(clock::now());
    view! {
        <section aria-labelledby="words">
            <h2 id="words">"Notice, badge, avatar, time, once, QR code, tabs"</h2>
            <div class="stack">
                <Notice>"A plain sentence."</Notice>
                <Notice tone=Tone::Warn>"Copy this key now. You won't be able to see it again."</Notice>
                <Notice tone=Tone::Danger reference=Some("4f1c22aa".to_owned())>"The server failed. Try again in a moment."</Notice>
            </div>
            <div class="stack">
                <Badge text="Member" />
                <Badge text="Owner" strong=true />
                <Badge text="Not confirmed" warn=true />
                <Flag />
                <Avatar name="Ana Lovelace" />
                <Avatar name="Core" team=true />
                <span><Ago at=clock::now().plus(-3 * DAY) now=now /></span>
            </div>
            <Once value="gh_abcdefghijklmnopqrstuvwxyz0123456789" label="API key" warning="Shown this once." />
            <Qr text="otpauth://totp/Guildhall:ana@example.com?secret=JBSWY3DPEHPK3PXP&issuer=Guildhall".to_owned() label="QR code" />
            <Tabs
                label="Whose keys"
                tabs=vec![
                    Tab { label: "My keys", href: "#words".into(), current: true },
                    Tab { label: "Team keys", href: "#words".into(), current: false },
                ]
            />
        </section>
    }
}

#[component]
fn Lists() -> impl IntoView {
    let rows: Vec<Arc<u32>> = (1..=5).map(Arc::new).collect();
    let columns = vec![
        Column::new("Name", |n: &Arc<u32>| format!("Row {n}").into_any()).sorted(Ord::cmp),
        Column::new("Square", |n: &Arc<u32>| (**n * **n).to_string().into_any()).class("second number"),
    ];
    view! {
        <section aria-labelledby="lists">
            <h2 id="lists">"Table, empty, skeleton"</h2>
            <Table
                label="Numbers"
                columns=columns
                rows=Signal::stored(rows)
                key=|n: &u32| n.to_string()
                sort=RwSignal::new(Sort::default())
            />
            <div class="stack">
                <NothingYet title="No secrets yet" sentence="Keep tokens here rather than in code." />
                <NothingMatches sentence=Signal::stored("No member fits “zed”.".to_owned()) on_reset=|()| () />
                <NotLoaded
                    title="The members could not be loaded"
                    sentence="The server failed. Try again in a moment."
                    reference=Some("4f1c22aa".to_owned())
                    on_retry=|()| ()
                />
            </div>
            <RowsSkeleton rows=3 />
            <FormSkeleton fields=2 />
        </section>
    }
}

/// The test of the banner presses it.
#[component]
fn Crash() -> impl IntoView {
    let panic = |_| panic!("on purpose");
    view! {
        <section aria-labelledby="panic">
            <h2 id="panic">"Panic"</h2>
            <div class="button-row">
                <Button on_click=panic>"Panic"</Button>
            </div>
        </section>
    }
}
