//! The address object: how often something was tried from one network address.

use super::{Answered, Command, Envelope, core::Object};
use crate::{
    domain::address,
    error::{Broken, Refusal},
    store::Host,
};
use std::rc::Rc;

pub fn handle<H: Host + 'static>(object: &Rc<Object<H>>, envelope: &Envelope) -> Result<Answered, Broken> {
    let Command::Address(address::Command::Count { attempt, is_site }) = &envelope.command else {
        return Ok(Err(Refusal::not_found()));
    };
    object.change(envelope, |draft, context| address::count(draft, context, *attempt, *is_site))
}

pub fn due<H: Host + 'static>(object: &Rc<Object<H>>) -> Result<(), Broken> {
    object.write(|draft, _| address::forget(draft))
}
