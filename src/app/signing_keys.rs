//! The keys that offices sign packages with: made when an office is first opened, in a file that only
//! its owner reads.

use anyhow::{Context, Result};
use registrar_domain::OfficeKey;
use registrar_kernel::office::keys::Keys;
use std::{
    fs::{self, DirBuilder, OpenOptions},
    io::{ErrorKind, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
};

/// The keys of an office of this data folder.
///
/// # Errors
/// The file can't be read or made, or is none of keys.
pub fn of(data: &Path, office: OfficeKey) -> Result<Keys> {
    let folder = data.join("keys");
    let file = folder.join(office.0.to_string());
    let told = || format!("{} can't be used", file.display());
    match fs::read(&file) {
        Ok(secret) => {
            let secret: [u8; 32] =
                secret.try_into().ok().context("it does not have 32 bytes").with_context(told)?;
            return Ok(Keys::from_secret(&secret));
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(told),
    }
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(|why| anyhow::anyhow!("{why}")).with_context(told)?;
    DirBuilder::new().recursive(true).mode(0o700).create(&folder).with_context(told)?;
    // Aside and renamed: half a key would be another one.
    let aside = file.with_extension("part");
    let mut open = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&aside)?;
    open.write_all(&secret).and_then(|()| open.sync_all()).with_context(told)?;
    fs::rename(&aside, &file).with_context(told)?;
    Ok(Keys::from_secret(&secret))
}
