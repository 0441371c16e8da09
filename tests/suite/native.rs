//! Native plugins: what a library can do wrong, on disk, while it loads and while it runs, and what
//! the host makes of it.

mod alike;
mod calls;
mod crashing;
mod delivered;
mod kept;
mod rebuilt;
mod refused;
mod saved;
mod values;
mod yard;
