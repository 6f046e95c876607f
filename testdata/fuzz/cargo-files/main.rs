#[cfg(feature = "x")]
use dep::a;
extern crate dep;
fn main() { dep::f(); }
