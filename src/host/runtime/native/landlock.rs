//! Closes files to a process before it loads a plugin library, as far as the kernel can.

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, LandlockStatus, PathBeneath, PathFd, RestrictionStatus,
    Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetError, RulesetStatus, Scope, path_beneath_rules,
};
use std::path::{Path, PathBuf};

/// The newest set of restrictions that is asked for; an older kernel enforces what it knows.
const LANDLOCK: ABI = ABI::V6;

/// How far the kernel's Landlock is enforced. Writing, sockets and new processes are refused by the
/// filter on system calls even without it; reading any file of the user is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Landlock {
    /// All that is asked for: only the readable files, no TCP, no signals to others.
    Full,
    /// Only the readable files; the text says what this kernel lacks.
    Partial(String),
    /// Not at all, and why: the process can read whatever its user can.
    None(String),
}

/// Leaves this thread, and those it starts, the right to read `library` and what is `readable`.
///
/// # Errors
/// The library cannot be opened, or the kernel refuses.
pub fn close_files(readable: &[PathBuf], library: &Path) -> Result<Landlock, String> {
    let file = PathFd::new(library).map_err(|e| format!("{}: {e}", library.display()))?;
    let status = restrict(readable, file).map_err(|e| e.to_string())?;
    let missing = match status.landlock {
        LandlockStatus::NotEnabled => {
            "the kernel has it but it is not enabled: boot with `lsm=landlock,…`".to_owned()
        }
        LandlockStatus::NotImplemented => {
            "the kernel, older than 5.13 or built without it, lacks it".to_owned()
        }
        LandlockStatus::Available { effective_abi, .. } => {
            format!("the kernel knows revision {} of {}", effective_abi as i32, LANDLOCK as i32)
        }
    };
    Ok(match status.ruleset {
        RulesetStatus::FullyEnforced => Landlock::Full,
        RulesetStatus::PartiallyEnforced => Landlock::Partial(missing),
        RulesetStatus::NotEnforced => Landlock::None(missing),
    })
}

fn restrict(readable: &[PathBuf], library: PathFd) -> Result<RestrictionStatus, RulesetError> {
    // Mapping code needs the right to read only; the right to execute is about starting programs.
    let read: BitFlags<AccessFs> = AccessFs::ReadFile | AccessFs::ReadDir;
    Ruleset::default()
        .handle_access(AccessFs::from_all(LANDLOCK))?
        .handle_access(AccessNet::from_all(LANDLOCK))?
        .scope(Scope::from_all(LANDLOCK))?
        .create()?
        .add_rule(PathBeneath::new(library, AccessFs::ReadFile))?
        .add_rules(path_beneath_rules(readable, read))?
        .restrict_self()
}
