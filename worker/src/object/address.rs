//! The address object: how often something was tried from one network address.

use super::{Change, Object};
use crate::{domain::address, error::Broken};
use std::rc::Rc;

pub fn due(object: &Rc<Object>) -> Result<(), Broken> {
    object.write(|draft, _| address::forget(draft))
}
