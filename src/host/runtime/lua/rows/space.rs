//! The buffers through which rows go into a VM and answers come out; used again for each batch.

use crate::runtime::{
    lua::rows::RowsCall,
    rows::{RowAnswer, RowAnswers},
};
use mlua::{Buffer, Function, Lua};
use std::io::Read;

const NONE: u8 = 0;
const NUMBER: u8 = 1;
const STRUCTS: u8 = 2;
const AGAIN: u8 = 3;
/// Not reached yet.
const UNANSWERED: u8 = 255;

/// Larger buffers are made for one batch and let go.
const KEPT: usize = 4 << 20;

pub(super) struct Space {
    rows: Buffer,
    /// Rows that are wanted in an order of their own.
    gathered: Vec<u8>,
    /// The texts that do not recur, once a handler is known to read some.
    pieces: Option<Buffer>,
    kept_pieces: Buffer,
    marks: Buffer,
    numbers: Buffer,
    structs: Buffer,
    most_structs: usize,
}

impl Space {
    /// For stretches that answer at most so many structs.
    pub fn new(lua: &Lua, most_structs: usize) -> mlua::Result<Space> {
        let empty = || lua.create_buffer_with_capacity(0);
        Ok(Space {
            rows: empty()?,
            gathered: Vec::new(),
            pieces: None,
            kept_pieces: empty()?,
            marks: empty()?,
            numbers: empty()?,
            structs: empty()?,
            most_structs,
        })
    }

    /// Takes in a batch, but for its pieces.
    pub fn take_in(&mut self, lua: &Lua, call: &RowsCall<'_>) -> mlua::Result<()> {
        if call.wanted.iter().copied().eq(0..call.rows.len() as u32) {
            write(lua, &mut self.rows, &call.rows.cells)?;
        } else {
            self.gathered.clear();
            call.wanted.iter().for_each(|row| self.gathered.extend_from_slice(call.rows.row(*row as usize)));
            write(lua, &mut self.rows, &self.gathered)?;
        }
        self.pieces = None;
        let stretch = crate::runtime::lua::rows::STRETCH;
        write(lua, &mut self.marks, &vec![UNANSWERED; stretch])?;
        for (buffer, bytes) in
            [(&mut self.numbers, stretch * 8), (&mut self.structs, self.most_structs * call.flat.width)]
        {
            if buffer.len() < bytes {
                *buffer = lua.create_buffer_with_capacity(bytes)?;
            }
        }
        Ok(())
    }

    /// Takes in a batch's pieces too.
    pub fn take_in_pieces(&mut self, lua: &Lua, call: &RowsCall<'_>) -> mlua::Result<()> {
        if self.pieces.is_none() {
            write(lua, &mut self.kept_pieces, &call.rows.heap)?;
            self.pieces = Some(self.kept_pieces.clone());
        }
        Ok(())
    }

    /// Runs a loop over some of the wanted rows.
    pub fn run(&self, run: &Function, handler: &Function, part: (usize, usize)) -> mlua::Result<()> {
        let outs = (&self.marks, &self.numbers, &self.structs, self.structs.len());
        run.call((handler, &self.rows, self.pieces.clone(), part.0, part.1, outs))
    }

    /// Takes out the answers of a stretch, up to the row where it ended.
    pub fn take_out(&self, out: &mut RowAnswers, rows: usize) {
        let (marks, numbers) = (read(&self.marks, rows), read(&self.numbers, rows * 8));
        let width = out.flat.width.max(1);
        let first = (out.structs.len() / width) as u32;
        let mut at = first;
        for (mark, number) in marks.iter().zip(numbers.chunks_exact(8)) {
            let number = number.first_chunk().map_or(f64::NAN, |bytes| f64::from_le_bytes(*bytes));
            out.answers.push(match *mark {
                NONE => RowAnswer::None,
                NUMBER if number.is_nan() => RowAnswer::Again,
                NUMBER => RowAnswer::Number(number),
                STRUCTS => {
                    at += number as u32;
                    RowAnswer::Structs(at - number as u32, number as u32)
                }
                AGAIN => RowAnswer::Again,
                _ => break,
            });
        }
        if at > first {
            out.structs.extend(read(&self.structs, (at - first) as usize * width));
        }
        self.marks.write_bytes(0, &[UNANSWERED; crate::runtime::lua::rows::STRETCH]);
    }
}

/// The first bytes of a buffer.
fn read(buffer: &Buffer, len: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(len);
    // Reading from memory does not fail; what it came to is shorter if the buffer is.
    let _ = buffer.clone().cursor().take(len as u64).read_to_end(&mut bytes);
    bytes
}

fn write(lua: &Lua, buffer: &mut Buffer, bytes: &[u8]) -> mlua::Result<()> {
    if bytes.len() > buffer.len() || buffer.len() > KEPT {
        *buffer = lua.create_buffer(bytes)?;
    } else {
        buffer.write_bytes(0, bytes);
    }
    Ok(())
}
