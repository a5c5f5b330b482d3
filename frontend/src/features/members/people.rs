//! The table of people: filtered as one types, virtual, each row with its menu.

use super::{
    roles::role_word,
    roster::{Filter, Person},
};
use crate::{
    blocks::{
        listed::{Listed, more_of},
        page::number,
    },
    browser, link,
    state::{
        announce, go,
        long_list::LongList,
        resource_list::{Rows, row_key},
        session, ticking,
        workspace::{self, Here},
    },
    ui::{
        avatar::Avatar,
        badge::Badge,
        empty::NothingMatches,
        icon::Icon,
        menu::{Menu, MenuLink, Opener},
        table::{Column, Sort, Table, has_all},
        time::Day,
        width::Width,
    },
};
use guildhall_shared::{Action, Role, page::words as search_words, text::lower};
use leptos::{prelude::*, task::spawn_local};
use std::sync::Arc;

#[component]
pub fn People(people: LongList<Person>, filter: Filter) -> impl IntoView {
    view! {
        <section aria-labelledby="people">
            <h2 id="people" class="unseen">"People"</h2>
            <Listed list=people.list what="The members">
                <Filtered people=people filter=filter />
            </Listed>
        </section>
    }
}

/// Keeps the filter in the URL, once typing pauses.
fn keep(filter: Filter, here: Here) {
    let typed = filter.words.get_untracked();
    spawn_local(async move {
        browser::sleep(400).await;
        if filter.words.try_get_untracked() == Some(typed) {
            go::within(&filter.page(here));
        }
    });
}

#[component]
fn Filtered(people: LongList<Person>, filter: Filter) -> impl IntoView {
    let here = workspace::around();
    let Filter { words: text, role } = filter;
    let words = Memo::new(move |_| search_words(&text.read()));
    let rows = Signal::derive(move || {
        let role = role.read();
        let mut rows = people.list.rows();
        rows.retain(|person| role.is_empty() || person.role.as_str() == *role);
        rows
    });
    let found = Memo::new(move |_| {
        let words = words.read();
        rows.get().iter().filter(|person| has_all(&person.words, &words)).count()
    });
    // Of a part, nobody knows how many all are.
    let tally = move || match (filter.is_empty(), people.is_whole()) {
        (true, _) => String::new(),
        (false, true) => {
            let all = people.list.with(Vec::len).unwrap_or_default();
            format!("{} of {}", number(found.get()), number(all))
        }
        (false, false) if !people.is_settled() => "Searching…".to_owned(),
        (false, false) => {
            let more = if people.list.next.read().is_some() { "+" } else { "" };
            format!("{}{more} found", number(found.get()))
        }
    };
    Effect::new(move |before: Option<String>| {
        people.search(&text.read());
        people.only("role", &role.read());
        let tally = tally();
        if people.is_settled() && !tally.is_empty() && before.is_some_and(|before| before != tally) {
            announce::say(tally.clone());
        }
        tally
    });
    let typed = move |event| {
        text.set(event_target_value(&event));
        keep(filter, here);
    };
    let chosen = move |event| {
        role.set(event_target_value(&event));
        go::within(&filter.page(here));
    };
    let option = move |own: &'static str, label: &'static str| {
        view! { <option value=own prop:selected=move || *role.read() == own>{label}</option> }
    };
    let none = Memo::new(move |_| found.get() == 0 && people.is_settled());
    view! {
        <div class="tools">
            <div class="search">
                {Icon::Search.view()}
                <input
                    class="input"
                    type="search"
                    autocomplete="off"
                    aria-label="Filter members"
                    placeholder="Filter by name, email or username"
                    prop:value=move || text.get()
                    on:input=typed
                />
            </div>
            <select class="input" aria-label="Role" on:change=chosen>
                {option("", "All roles")}
                {option("owner", "Owner")}
                {option("admin", "Admins")}
                {option("member", "Members")}
            </select>
            <span class="found">{tally}</span>
        </div>
        {move || {
            none.get()
                .then(|| {
                    let sentence = Signal::derive(move || match text.read().as_str() {
                        "" => "Nobody has this role.".to_owned(),
                        text => format!("No members match “{text}”."),
                    });
                    let reset = move |()| {
                        filter.clear();
                        go::within(&filter.page(here));
                    };
                    view! { <NothingMatches sentence=sentence on_reset=reset /> }
                })
        }}
        // Hidden rather than gone, so that the next letter finds its rows sorted.
        <div hidden=move || none.get()>
            {move || table(people, rows, words, here.may(Action::ReadSecondFactors))}
        </div>
    }
}

fn table(
    people: LongList<Person>,
    rows: Signal<Rows<Person>>,
    words: Memo<Vec<String>>,
    sees_factors: bool,
) -> impl IntoView {
    let now = ticking::now();
    let me = session::session_now().map(|session| session.user.id);
    let sort = RwSignal::new(Sort::default());
    let here = workspace::around();
    let mut columns = vec![
        Column::new("Name", move |person: &Arc<Person>| {
            let you = me == Some(person.member.user_id);
            view! {
                <span class="person">
                    <Avatar name=person.name.clone() />
                    <span class="words">
                        <bdi title=person.name.clone()>{person.name.clone()}</bdi>
                        {you.then(|| view! { <span class="muted">" (you)"</span> })}
                    </span>
                    {person.member.is_deactivated.then(|| view! { " " <Badge text="Deactivated" warn=true /> })}
                </span>
            }
            .into_any()
        })
        .width(Width::Rest(200))
        .sorted(|a, b| a.order.cmp(&b.order))
        .by("name"),
        Column::new("Email", |person: &Arc<Person>| {
            let email = person.member.email.clone();
            view! { <span title=email.clone()>{email.clone()}</span> }.into_any()
        })
        .class("second")
        .width(Width::Rest(200))
        .sorted(|a, b| lower(&a.member.email).cmp(&lower(&b.member.email)))
        .by("email"),
        Column::new("Role", |person: &Arc<Person>| {
            view! { <Badge text=role_word(person.role) strong=person.role == Role::Owner /> }.into_any()
        })
        .class("third")
        .width(Width::Just(104))
        .sorted(|a, b| b.role.cmp(&a.role))
        .by("role"),
        Column::new("Joined", move |person: &Arc<Person>| {
            view! { <Day at=person.member.dt_confirmed now=now /> }.into_any()
        })
        .width(Width::Just(120))
        .leaves(3)
        .sorted(|a, b| a.member.dt_confirmed.cmp(&b.member.dt_confirmed))
        .by("dtConfirmed"),
        Column::new("Last active", move |person: &Arc<Person>| match person.member.user.last_active {
            Some(at) => view! { <Day at=at now=now /> }.into_any(),
            None => view! { <span class="muted">"not yet"</span> }.into_any(),
        })
        .width(Width::Just(120))
        .leaves(2)
        .sorted(|a, b| a.member.user.last_active.cmp(&b.member.user.last_active))
        .by("lastActive"),
    ];
    if sees_factors {
        let column = Column::new("Second factor", |person: &Arc<Person>| match person.member.has_second_factor {
            Some(true) => view! { <Badge text="On" strong=true /> }.into_any(),
            Some(false) => view! { <span class="muted">"Off"</span> }.into_any(),
            None => ().into_any(),
        });
        columns.insert(
            3,
            column
                .width(Width::Just(144))
                .leaves(1)
                .sorted(|a, b| b.member.has_second_factor.cmp(&a.member.has_second_factor)),
        );
    }
    view! {
        <Table
            label="Members"
            columns=columns
            rows=rows
            filter=(words.into(), |person: &Person| person.words.as_str())
            key=row_key
            sort=sort
            more=more_of(people)
            actions=Arc::new(move |person: &Arc<Person>| menu(here, person, me))
            changed=people.list.changed
        />
    }
}

fn menu(here: Here, person: &Arc<Person>, me: Option<guildhall_shared::AccountId>) -> AnyView {
    let label = format!("Actions for {}", person.name);
    let (id, role) = (person.member.user_id, person.role);
    let items = move || {
        let namespace = &here.now().namespace;
        let owner = (role == Role::Owner).then(|| "The owner is always an admin.".to_owned());
        let change = here.why(Action::ChangeRole).or_else(|| owner.clone());
        let remove = here.why(Action::RemoveMember).or(owner);
        let leave = (role == Role::Owner).then(|| "A team is never without its owner.".to_owned());
        let last = if me == Some(id) {
            view! { <MenuLink href=link::team_leave(namespace) label="Leave team" danger=true refused=leave /> }
                .into_any()
        } else {
            view! { <MenuLink href=link::member_remove(namespace, id) label="Remove from team" danger=true refused=remove /> }
                .into_any()
        };
        view! {
            <MenuLink href=link::member_role(namespace, id) label="Change role" refused=change />
            {last}
        }
    };
    view! { <Menu label=label opener=Opener::Icon(Icon::More)>{items()}</Menu> }.into_any()
}
