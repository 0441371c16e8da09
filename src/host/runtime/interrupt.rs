//! The only unsafe corner of the Lua side: raising the interrupt from another thread, and telling
//! the collector to hurry before the memory cap bites. Knows nothing of plugins.

#![allow(unsafe_code)]

use mlua::{Lua, ffi};
use std::{
    cell::Cell,
    os::raw::{c_int, c_void},
    ptr,
    sync::atomic::{AtomicPtr, AtomicU64, Ordering::*},
};

/// A state's callback table; lives as long as the state.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Callbacks(*mut ffi::lua_Callbacks);

const IDLE: u64 = 0;
const RAISING: u64 = u64::MAX;
const RAISED: u64 = u64::MAX - 1;

/// A call that runs in a VM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunningVm {
    /// Tells it from the calls shortly before and after it.
    pub call: u64,
    /// The tick at which it is stopped, whatever it computes.
    pub deadline: u64,
}

// So many bits of a running state are the call's number; the rest is the deadline.
const CALL_BITS: u32 = 24;
const CALLS: u64 = (1 << CALL_BITS) - 1;

impl RunningVm {
    fn packed(self) -> u64 {
        // Ticks of a hundred years fit; the topmost stay free for the other states, and 0 is idle.
        let deadline = self.deadline.clamp(1, (1 << (64 - CALL_BITS - 1)) - 1);
        deadline << CALL_BITS | (self.call & CALLS)
    }
}

/// Where a worker says what it is running and until when, and the watchdog answers.
///
/// `state` is `IDLE`, what runs, `RAISING` or `RAISED`. The worker moves between idle and running; the
/// watchdog alone moves what runs on to raising and raised. So the pointer is written only between the
/// worker's `enter` and `leave`, while the state lives.
#[derive(Default)]
pub struct InterruptSlot {
    state: AtomicU64,
    callbacks: AtomicPtr<ffi::lua_Callbacks>,
}

impl InterruptSlot {
    /// The VM behind `callbacks` runs from now until `leave`, in the call of this number; whatever it computes
    /// it is stopped at tick `deadline`.
    #[inline]
    pub fn enter(&self, callbacks: Callbacks, call: u64, deadline: u64) {
        self.callbacks.store(callbacks.0, Relaxed);
        self.state.store(RunningVm { call, deadline }.packed(), Release);
    }

    /// The VM is out of its call. Says whether it had been stopped.
    #[inline]
    pub fn leave(&self) -> bool {
        let seen = self.state.load(Acquire);
        if seen == IDLE {
            return false;
        }
        if seen < RAISED && self.state.compare_exchange(seen, IDLE, AcqRel, Acquire).is_ok() {
            return false;
        }
        while self.state.load(Acquire) == RAISING {
            std::hint::spin_loop();
        }
        let callbacks = self.callbacks.load(Relaxed);
        // SAFETY: the state is RAISED, so the watchdog is done with the pointer, and the caller's
        // VM, whose callbacks these are, is still alive.
        unsafe { interrupt_of(callbacks).store(ptr::null_mut(), Release) };
        self.state.store(IDLE, Release);
        true
    }

    /// What runs; `None` while nothing does or it was stopped already.
    pub fn running(&self) -> Option<RunningVm> {
        match self.state.load(Acquire) {
            IDLE | RAISING | RAISED => None,
            packed => Some(RunningVm { call: packed & CALLS, deadline: packed >> CALL_BITS }),
        }
    }

    /// Whether the VM was told to stop and has not left.
    pub fn is_raised(&self) -> bool {
        self.state.load(Acquire) == RAISED
    }

    /// Stops what runs, if it is still this. Called by the watchdog only.
    pub fn raise(&self, running: RunningVm) -> bool {
        if self.state.compare_exchange(running.packed(), RAISING, AcqRel, Acquire).is_err() {
            return false;
        }
        let callbacks = self.callbacks.load(Relaxed);
        // SAFETY: while the state is RAISING the worker cannot leave, so the VM is alive.
        unsafe { interrupt_of(callbacks).store(stop as *mut c_void, Release) };
        self.state.store(RAISED, Release);
        true
    }
}

// SAFETY: the caller vouches that the callbacks' state is alive. The field is an aligned function
// pointer that Luau reads anew at each safepoint; its header allows other threads to set it.
unsafe fn interrupt_of<'a>(callbacks: *mut ffi::lua_Callbacks) -> &'a AtomicPtr<c_void> {
    unsafe { AtomicPtr::from_ptr(ptr::addr_of_mut!((*callbacks).interrupt).cast::<*mut c_void>()) }
}

// Raises at every safepoint until the call has left the VM, so that no `pcall` swallows it.
unsafe extern "C-unwind" fn stop(state: *mut ffi::lua_State, gc: c_int) {
    if gc >= 0 {
        return; // the collector's own safepoints cannot survive an error
    }
    // SAFETY: called by Luau with a valid state; a light userdata takes no memory, and the extra
    // stack that every state keeps takes one slot.
    unsafe {
        ffi::lua_pushlightuserdatatagged(state, ptr::null_mut(), 0);
        ffi::lua_error(state)
    }
}

thread_local! {
    // Bytes above which the collector is told to hurry; past it once, it is out of reach.
    static PRESSURE: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// The state's callbacks, with the memory watch installed.
pub fn install(lua: &Lua) -> mlua::Result<Callbacks> {
    let found = Cell::new(ptr::null_mut());
    // SAFETY: reads the address of the state's callback table and sets one field of it.
    unsafe {
        lua.exec_raw::<()>((), |state| {
            let callbacks = ffi::lua_callbacks(state);
            (*callbacks).onallocate = Some(allocated);
            found.set(callbacks);
        })?;
    }
    Ok(Callbacks(found.get()))
}

/// Sets at how many bytes of this thread's running VM the collector starts to hurry.
#[inline]
pub fn watch_memory(bytes: usize) {
    PRESSURE.set(bytes);
}

/// Whether the running VM crossed the mark since it was set.
#[inline]
pub fn was_pressed() -> bool {
    PRESSURE.get() == usize::MAX
}

unsafe extern "C-unwind" fn allocated(
    state: *mut ffi::lua_State,
    _: *mut c_void,
    _: usize,
    _: usize,
    _: u8,
    _: c_int,
    _: c_int,
) {
    // SAFETY: reads one counter and, once, sets four fields of the collector; no allocation, no
    // collection and no error can come of it inside this callback.
    unsafe {
        if ffi::lua_totalbytes(state, -1) > PRESSURE.get() {
            PRESSURE.set(usize::MAX);
            ffi::lua_gc(state, ffi::LUA_GCSETGOAL, 110);
            ffi::lua_gc(state, ffi::LUA_GCSETSTEPMUL, 400);
            ffi::lua_gc(state, ffi::LUA_GCSETSTEPSIZE, 1024);
            ffi::lua_gc(state, ffi::LUA_GCRESTART, 0);
        }
    }
}

/// Undoes the hurry.
pub fn relax(lua: &Lua) -> mlua::Result<()> {
    // SAFETY: sets three fields of the collector to the defaults of Luau's lgc.h.
    unsafe {
        lua.exec_raw::<()>((), |state| {
            ffi::lua_gc(state, ffi::LUA_GCSETGOAL, 200);
            ffi::lua_gc(state, ffi::LUA_GCSETSTEPMUL, 200);
            ffi::lua_gc(state, ffi::LUA_GCSETSTEPSIZE, 1);
        })
    }
}
