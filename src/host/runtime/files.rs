//! `host.files`: a plugin's own folder, and nothing beside it.

use crate::plugin::{folder, quota::Quota};
use registrar_sdk::Value;
use std::{
    fs,
    path::{Component, Path, PathBuf},
};

/// Answers `files.read(path)`, `files.write(path, bytes)` and `files.list(folder)`.
///
/// # Errors
/// A path outside the plugin's folder, more than it may hold, or what the file system says.
pub fn answer(
    root: Option<&Path>,
    quota: &Quota,
    plugin: &str,
    call: &str,
    args: &[Value],
) -> Result<Value, String> {
    let Some(root) = root else {
        return Err("this host has no folder for plugins' files".into());
    };
    let own = root.join(plugin);
    if call == "files.list" {
        return match args.first() {
            None | Some(Value::Nil) => list(&own),
            Some(folder) => list(&inside(&own, folder.as_str().ok_or("the folder must be text")?)?),
        };
    }
    let name = args.first().and_then(Value::as_str).ok_or("the path must be text")?;
    let path = inside(&own, name)?;
    match call {
        "files.read" => match folder::read(&path, quota.files_bytes) {
            Ok(bytes) => Ok(Value::Bytes(bytes.into())),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Value::Nil),
            Err(e) => Err(format!("{name}: {e}")),
        },
        _ => {
            let bytes = match args.get(1) {
                Some(Value::Bytes(bytes)) => bytes.to_vec(),
                Some(Value::Text(text)) => text.as_bytes().to_vec(),
                _ => return Err("the content must be text or bytes".into()),
            };
            let (held, count) = size(&own).map_err(|e| format!("{name}: {e}"))?;
            let replaced = fs::metadata(&path).ok().map(|old| old.len());
            // What makes it no larger is always let through.
            if replaced.is_none_or(|old| old < bytes.len() as u64) {
                let bytes = held - replaced.unwrap_or(0).min(held) + bytes.len() as u64;
                quota.check_files(bytes, count + usize::from(replaced.is_none()))?;
            }
            write(&path, &bytes).map(|()| Value::Nil).map_err(|e| format!("{name}: {e}"))
        }
    }
}

fn inside(own: &Path, name: &str) -> Result<PathBuf, String> {
    let relative = Path::new(name);
    if name.is_empty() || !relative.components().all(|c| matches!(c, Component::Normal(_))) {
        return Err(format!("\"{name}\" leaves the plugin's folder; use a relative path without `..`"));
    }
    // A link inside the folder may lead outside.
    let mut at = own.to_owned();
    for part in relative.components() {
        at.push(part);
        if fs::symlink_metadata(&at).is_ok_and(|m| m.file_type().is_symlink()) {
            return Err(format!("\"{name}\" is or lies behind a symbolic link"));
        }
    }
    Ok(at)
}

fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    // Aside and renamed: a reader sees the old content or the new one.
    let aside = path.with_extension("part");
    fs::write(&aside, bytes)?;
    fs::rename(&aside, path)
}

/// The bytes in a folder and all below it, and the number of its files.
fn size(folder: &Path) -> std::io::Result<(u64, usize)> {
    let (mut bytes, mut files) = (0, 0);
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => continue,
            Err(e) => return Err(e),
        };
        for entry in entries.flatten() {
            match entry.metadata() {
                Ok(kind) if kind.is_dir() => open.push(entry.path()),
                Ok(kind) => (bytes, files) = (bytes + kind.len(), files + 1),
                Err(_) => {}
            }
        }
    }
    Ok((bytes, files))
}

fn list(own: &Path) -> Result<Value, String> {
    let mut names = Vec::new();
    let entries = match fs::read_dir(own) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Value::List(names)),
        Err(e) => return Err(e.to_string()),
    };
    for entry in entries.flatten().filter(|e| e.file_type().is_ok_and(|t| t.is_file())) {
        names.extend(entry.file_name().to_str().map(Value::text));
    }
    names.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
    Ok(Value::List(names))
}

#[cfg(test)]
mod tests {
    use crate::runtime::files::*;

    #[test]
    fn nothing_outside_the_plugins_folder_is_reached() {
        let root = std::env::temp_dir().join(format!("registrar-files-{}", std::process::id()));
        let quota = Quota { files: 2, files_bytes: 4, ..Quota::default() };
        let call = |name: &str, path: &str| {
            answer(Some(&root), &quota, "a", name, &[Value::text(path), Value::text("x")])
        };
        assert!(call("files.write", "b/c.txt").is_ok());
        assert_eq!(call("files.read", "b/c.txt").unwrap(), Value::Bytes((*b"x").into()));
        assert_eq!(call("files.read", "missing").unwrap(), Value::Nil);
        assert_eq!(call("files.list", "b").unwrap(), Value::List(vec!["c.txt".into()]));
        for outside in ["/etc/passwd", "../b", "b/../../c", ""] {
            assert!(call("files.read", outside).unwrap_err().contains("leaves"), "{outside}");
        }
        std::os::unix::fs::symlink("/etc", root.join("a/etc")).unwrap();
        assert!(call("files.read", "etc/passwd").unwrap_err().contains("symbolic link"));
        let write = |path: &str, text: &str| {
            answer(Some(&root), &quota, "b", "files.write", &[Value::text(path), Value::text(text)])
        };
        assert!(write("one", "xx").is_ok() && write("deep/two", "xx").is_ok() && write("one", "x").is_ok());
        assert!(write("one", "xxx").unwrap_err().contains("plugin_files_mib"));
        assert!(write("three", "x").unwrap_err().contains("more than 2 files"));
        fs::remove_dir_all(&root).unwrap();
    }
}
