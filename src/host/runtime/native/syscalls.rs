//! The system calls a confined process keeps: what computing, threads, loading a library and
//! talking over descriptors it already has need. Everything else is refused, so that a call the
//! next kernel brings is refused too. Which files may be opened is `confine.rs`'s part.

use libc::c_long;
use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch,
};
use std::collections::BTreeMap;

/// Allowed with any arguments.
const ALWAYS: &[c_long] = &[
    // Descriptors that are open.
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_readv,
    libc::SYS_writev,
    libc::SYS_pread64,
    libc::SYS_pwrite64,
    libc::SYS_preadv,
    libc::SYS_pwritev,
    libc::SYS_lseek,
    libc::SYS_close,
    libc::SYS_close_range,
    libc::SYS_dup,
    libc::SYS_dup3,
    libc::SYS_recvmsg,
    libc::SYS_sendmsg,
    libc::SYS_recvfrom,
    libc::SYS_shutdown,
    libc::SYS_ppoll,
    libc::SYS_pselect6,
    libc::SYS_pipe2,
    libc::SYS_eventfd2,
    libc::SYS_epoll_create1,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    // Files, as far as they may be seen; opening is below.
    libc::SYS_fstat,
    libc::SYS_newfstatat,
    libc::SYS_statx,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_readlinkat,
    libc::SYS_getdents64,
    libc::SYS_getcwd,
    libc::SYS_fadvise64,
    // Memory.
    libc::SYS_mmap,
    libc::SYS_munmap,
    libc::SYS_mprotect,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_brk,
    libc::SYS_membarrier,
    // Threads and their end.
    libc::SYS_futex,
    libc::SYS_set_robust_list,
    libc::SYS_rseq,
    libc::SYS_set_tid_address,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_sched_getparam,
    libc::SYS_sched_getscheduler,
    libc::SYS_sched_get_priority_max,
    libc::SYS_sched_get_priority_min,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_restart_syscall,
    // Its own signals.
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_rt_sigpending,
    libc::SYS_rt_sigsuspend,
    libc::SYS_rt_sigtimedwait,
    libc::SYS_sigaltstack,
    // Time, chance, and who it is.
    libc::SYS_nanosleep,
    libc::SYS_clock_nanosleep,
    libc::SYS_clock_gettime,
    libc::SYS_clock_getres,
    libc::SYS_gettimeofday,
    libc::SYS_times,
    libc::SYS_getrusage,
    libc::SYS_getrandom,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_getppid,
    libc::SYS_getuid,
    libc::SYS_geteuid,
    libc::SYS_getgid,
    libc::SYS_getegid,
    libc::SYS_getcpu,
    libc::SYS_sysinfo,
    libc::SYS_uname,
];

/// Older forms of the same, which only this architecture has.
#[cfg(target_arch = "x86_64")]
const OLD: &[c_long] = &[
    libc::SYS_stat,
    libc::SYS_lstat,
    libc::SYS_access,
    libc::SYS_readlink,
    libc::SYS_dup2,
    libc::SYS_pipe,
    libc::SYS_eventfd,
    libc::SYS_poll,
    libc::SYS_select,
    libc::SYS_epoll_create,
    libc::SYS_epoll_wait,
    libc::SYS_time,
    libc::SYS_getrlimit,
    // Its own segment registers and shadow stack; the dynamic loader asks for the latter.
    libc::SYS_arch_prctl,
];
#[cfg(not(target_arch = "x86_64"))]
const OLD: &[c_long] = &[];

/// Answered with "not implemented": their callers then take the older call, whose arguments a
/// filter can see. (A filter cannot look behind the pointers that these take.)
const ABSENT: &[c_long] = &[
    libc::SYS_clone3,
    libc::SYS_openat2,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
];

/// What `F_SETOWN` and locks would let it do to others is left out.
const FCNTL: &[i32] =
    &[libc::F_DUPFD, libc::F_DUPFD_CLOEXEC, libc::F_GETFD, libc::F_SETFD, libc::F_GETFL, libc::F_SETFL];

/// Whether it is a terminal, how much there is to read, and two flags; nothing that writes to one.
const IOCTL: &[u64] = &[libc::TCGETS, libc::FIONREAD, libc::FIOCLEX, libc::FIONBIO];

/// Any of these in the flags makes opening more than reading. (`O_TMPFILE` contains `O_DIRECTORY`,
/// which is harmless by itself.)
const WRITING: i32 = libc::O_ACCMODE | libc::O_CREAT | libc::O_TRUNC | (libc::O_TMPFILE & !libc::O_DIRECTORY);

type SyscallRules = BTreeMap<c_long, Vec<SeccompRule>>;

/// The two filters for a process, in the order in which they are to be installed.
///
/// # Errors
/// This architecture is none that the filters can be written for.
pub fn filters(own_pid: u32) -> Result<[BpfProgram; 2], String> {
    build(own_pid).map_err(|e| format!("no filter for system calls on {}: {e}", std::env::consts::ARCH))
}

fn build(own_pid: u32) -> Result<[BpfProgram; 2], BackendError> {
    let arch = TargetArch::try_from(std::env::consts::ARCH)?;
    let refused = SeccompAction::Errno(libc::EPERM as u32);
    let absent = SeccompAction::Errno(libc::ENOSYS as u32);
    // Of two filters the stricter answer holds, so what is absent must not be refused by the other.
    let missing = any(ABSENT);
    let mut kept = allowed(own_pid)?;
    kept.extend(any(ABSENT));
    Ok([
        SeccompFilter::new(missing, SeccompAction::Allow, absent, arch)?.try_into()?,
        SeccompFilter::new(kept, refused, SeccompAction::Allow, arch)?.try_into()?,
    ])
}

fn any(calls: &[c_long]) -> SyscallRules {
    calls.iter().map(|call| (*call, Vec::new())).collect()
}

fn allowed(own_pid: u32) -> Result<SyscallRules, BackendError> {
    let own_pid = u64::from(own_pid);
    let mut rules = any(ALWAYS);
    rules.extend(any(OLD));
    // A new thread; without this flag it would be a new process.
    let thread = libc::CLONE_THREAD as u64;
    rules.insert(libc::SYS_clone, vec![rule([masked(0, thread, thread)])?]);
    rules.insert(libc::SYS_openat, vec![rule([masked(2, WRITING as u64, libc::O_RDONLY as u64)])?]);
    #[cfg(target_arch = "x86_64")]
    rules.insert(libc::SYS_open, vec![rule([masked(1, WRITING as u64, libc::O_RDONLY as u64)])?]);
    // To itself: that is how `abort` ends a process.
    rules.insert(libc::SYS_kill, vec![rule([is(0, own_pid)])?]);
    rules.insert(libc::SYS_tgkill, vec![rule([is(0, own_pid)])?]);
    // Without an address it is a write to a connected socket.
    rules.insert(libc::SYS_sendto, vec![rule([null(4)])?]);
    rules.insert(libc::SYS_fcntl, FCNTL.iter().map(|c| rule([is(1, *c as u64)])).collect::<Result<_, _>>()?);
    rules.insert(libc::SYS_ioctl, IOCTL.iter().map(|c| rule([is(1, *c)])).collect::<Result<_, _>>()?);
    // The names of threads and of memory regions.
    let names = [libc::PR_SET_NAME, libc::PR_GET_NAME, libc::PR_SET_VMA];
    rules.insert(libc::SYS_prctl, names.iter().map(|c| rule([is(0, *c as u64)])).collect::<Result<_, _>>()?);
    // Its limits may be read; that on computing time is lifted once the library is loaded, and is
    // no protection against code that means harm: the host has a clock of its own.
    let limits = vec![rule([is(0, 0), null(2)])?, rule([is(0, 0), is(1, u64::from(libc::RLIMIT_CPU))])?];
    rules.insert(libc::SYS_prlimit64, limits);
    Ok(rules)
}

type Condition = Result<SeccompCondition, BackendError>;

fn rule<const N: usize>(conditions: [Condition; N]) -> Result<SeccompRule, BackendError> {
    SeccompRule::new(conditions.into_iter().collect::<Result<_, _>>()?)
}

// The kernel takes only the lower half of the arguments compared in the next two.
fn is(argument: u8, value: u64) -> Condition {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, value)
}

fn masked(argument: u8, mask: u64, value: u64) -> Condition {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::MaskedEq(mask), value)
}

fn null(argument: u8) -> Condition {
    SeccompCondition::new(argument, SeccompCmpArgLen::Qword, SeccompCmpOp::Eq, 0)
}

#[cfg(test)]
mod tests {
    use crate::runtime::native::syscalls::*;

    #[test]
    fn what_is_absent_is_not_also_refused_and_nothing_is_listed_twice() {
        let mut all: Vec<_> = ALWAYS.iter().chain(OLD).chain(ABSENT).collect();
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count);
        let programs = filters(1).unwrap();
        // The kernel takes 4,096 steps.
        assert!(programs.iter().all(|p| (1..4096).contains(&p.len())), "{:?}", programs.map(|p| p.len()));
    }
}
