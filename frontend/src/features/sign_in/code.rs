//! The second step of a sign-in: a passkey, the code of the authenticator app, or a recovery code.

use super::api::{self, is_gone};
use crate::{
    api::Failure,
    blocks::error_notice::ErrorNotice,
    features::second_factor::way::{FIELDS, OtherWays, Way, WayField, answer},
    state::form::Form,
    ui::button::{Button, Look},
};
use guildhall_shared::{
    second_factor::{Challenge, ChallengeAnswer, Method},
    session::Session,
};
use leptos::prelude::*;

/// What the second step ended with.
pub enum Outcome {
    /// Signed in, or so the server says: `None` where the browser did not keep the cookie.
    In(Option<Session>),
    /// The challenge is gone, so the first step comes again.
    Back(Failure),
}

#[component]
pub fn SecondStep(
    challenge: Challenge,
    chosen: RwSignal<Way>,
    #[prop(into)] on_done: Callback<Outcome>,
    #[prop(into)] on_back: Callback<()>,
) -> impl IntoView {
    let form = Form::new(FIELDS);
    let ways = Way::of_methods(&challenge.methods);
    let text = RwSignal::new(String::new());
    let Challenge { challenge_id: id, passkey: asked, .. } = challenge;
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let (way, typed) = (chosen.get_untracked(), text.get_untracked());
        let Way::Factor(method) = way else { return };
        if !form.check([("code", way.check(&typed))]) {
            return;
        }
        let (challenge_id, asked) = (id.clone(), asked.clone());
        form.send(
            async move {
                let (code, credential) = answer(method, typed, asked).await?;
                let body = ChallengeAnswer { challenge_id, method, code, credential };
                match api::answer_challenge(body).await {
                    Ok(_) => crate::api::session::get().await.map(Outcome::In),
                    Err(failure) if is_gone(&failure) => Ok(Outcome::Back(failure)),
                    Err(failure) => Err(failure),
                }
            },
            move |outcome| on_done.run(outcome),
        );
    };
    form.focus_first();
    // A passkey has no field.
    let by_button = chosen.get_untracked() == Way::Factor(Method::Passkey);
    view! {
        <form class="form" method="post" novalidate node_ref=form.node on:submit=submit>
            <ErrorNotice failure=form.failure />
            <WayField way=chosen value=text form=form autofocus=true />
            <Button look=Look::Primary submit=true full=true busy=form.busy autofocus=by_button>
                "Sign in"
            </Button>
            <OtherWays ways=ways chosen=chosen value=text form=form />
        </form>
        <p class="aside">
            <button class="text-button" type="button" on:click=move |_| on_back.run(())>
                "Back to email and password"
            </button>
        </p>
    }
}
