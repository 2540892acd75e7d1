//! Checks the data folder, the copy of the master key, and the free space on the disk.
use super::Finding;
use rustix::fs::{Access, access, statvfs};
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

const MIB: u64 = 1024 * 1024;
/// With less free space, a backup, a migration or SQLite's log may fail before it can help.
const LITTLE: u64 = 256 * MIB;
/// With less free space, an administrator should look soon.
const SOON: u64 = 1024 * MIB;

pub(super) fn folder(data: &Path) -> Finding {
    const CHECK: &str = "data folder";
    let name = data.display();
    match fs::metadata(data) {
        Err(error) => Finding::warning(
            CHECK,
            format!("{name} cannot be opened: {error}"),
            "name it with --data; `portvakt serve` creates a new one",
        ),
        Ok(found) if !found.is_dir() => {
            Finding::fault(CHECK, format!("{name} is not a folder"), "name one with --data")
        }
        Ok(found) if found.permissions().mode() & 0o077 != 0 => {
            Finding::fault(CHECK, format!("other users can open {name}"), format!("chmod 700 {name}"))
        }
        Ok(_) if access(data, Access::WRITE_OK | Access::EXEC_OK).is_err() => Finding::fault(
            CHECK,
            format!("{name} cannot be written"),
            "run as the user that serves the portal, or give that user the folder",
        ),
        Ok(_) => Finding::ok(CHECK, format!("{name} is private and can be written")),
    }
}

/// Whether the file is a copy of the master key. `doctor` cannot know whether the copy is kept elsewhere; another
/// disk is a sign of it.
pub(super) fn key_copy(key: &Path, copy: Option<&Path>) -> Finding {
    const CHECK: &str = "key copy";
    let Some(copy) = copy else {
        return Finding::warning(
            CHECK,
            "no copy of the master key was given, and without the key the database cannot be read",
            "keep one on another machine or on paper, and name it with --key-copy FILE",
        );
    };
    let name = copy.display();
    let (original, copied) = (fs::read(key), fs::read(copy));
    let same = matches!((&original, &copied), (Ok(original), Ok(copied)) if original == copied);
    let device = |path| fs::metadata(path).map(|found| found.dev()).ok();
    match copied {
        Err(error) => Finding::fault(CHECK, format!("{name} cannot be read: {error}"), "make another copy"),
        Ok(_) if original.is_err() => Finding::fault(CHECK, "there is no master key to compare it with", ""),
        Ok(_) if !same => Finding::fault(CHECK, format!("{name} is not this master key"), "make another copy"),
        Ok(_) if device(key) == device(copy) => Finding::warning(
            CHECK,
            format!("{name} is on the same disk as the master key, and is lost with it"),
            "keep one on another machine or on paper",
        ),
        Ok(_) => Finding::ok(CHECK, format!("{name} is this master key, on another disk")),
    }
}

pub(super) fn room(data: &Path) -> Finding {
    const CHECK: &str = "disk";
    // A folder that does not exist yet will be on its parent's disk.
    let there = data.ancestors().find(|path| path.exists()).unwrap_or(Path::new("."));
    let Ok(disk) = statvfs(there) else { return Finding::warning(CHECK, "its free space cannot be read", "") };
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let said = format!("{} MiB are free for {}", free / MIB, data.display());
    match free {
        ..LITTLE => Finding::fault(CHECK, said, "free some space: on a full disk the portal can store nothing"),
        LITTLE..SOON => Finding::warning(CHECK, said, "free some space soon"),
        _ => Finding::ok(CHECK, said),
    }
}

#[cfg(test)]
mod tests {
    use super::super::FindingState;
    use super::*;

    #[test]
    fn a_key_copy_equals_the_key_and_lies_on_another_disk() {
        let dir = tempfile::tempdir().unwrap();
        let [key, copy, other] = ["key", "copy", "other"].map(|name| dir.path().join(name));
        fs::write(&key, "portvakt-master-key-1 AAAA").unwrap();
        fs::write(&copy, "portvakt-master-key-1 AAAA").unwrap();
        fs::write(&other, "portvakt-master-key-1 BBBB").unwrap();
        assert_eq!(key_copy(&key, None).state, FindingState::Warning);
        assert_eq!(key_copy(&key, Some(&other)).state, FindingState::Fault);
        assert_eq!(key_copy(&key, Some(&dir.path().join("none"))).state, FindingState::Fault);
        assert!(key_copy(&key, Some(&copy)).said.contains("same disk"));
    }

    #[test]
    fn a_folder_that_others_look_into_is_a_fault() {
        let dir = tempfile::tempdir().unwrap();
        let set = |mode| fs::set_permissions(dir.path(), fs::Permissions::from_mode(mode)).unwrap();
        set(0o700);
        assert_eq!(folder(dir.path()).state, FindingState::Ok);
        set(0o750);
        assert!(folder(dir.path()).remedy.starts_with("chmod 700"));
        fs::write(dir.path().join("file"), "").unwrap();
        assert_eq!(folder(&dir.path().join("file")).state, FindingState::Fault);
        assert_eq!(folder(&dir.path().join("none")).state, FindingState::Warning);
    }
}
