//! The product, as the kernel names it. What it hands in stands in `dispatch`.

#[derive(Debug, Clone, PartialEq)]
pub struct Guildhall;
