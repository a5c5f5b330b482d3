//! The address object: how often something was tried from one network address.

use super::{Answered, Change, Command, Envelope, Object};
use crate::{
    domain::address,
    error::{Broken, Refusal},
};
use std::rc::Rc;

pub fn handle(object: &Rc<Object>, envelope: &Envelope) -> Result<Answered, Broken> {
    let Command::Address(address::Command::Count { attempt, is_site }) = &envelope.command else {
        return Ok(Err(Refusal::not_found()));
    };
    object.change(envelope, |draft, context| address::count(draft, context, *attempt, *is_site))
}

pub fn due(object: &Rc<Object>) -> Result<(), Broken> {
    object.write(|draft, _| address::forget(draft))
}
