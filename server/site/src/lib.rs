//! The files of the site, attached to the end of the program that serves them. The build attaches them, and the server
//! reads them when it starts. So a changed site costs a copy of the program. Compiled into the program, it would cost
//! an optimised build of the last crate.
//!
//! Of a file with a packed copy beside it (`PATH.br`) only the copy is attached: it is a third of the size, and
//! [`Site::get`] unpacks it for a browser that does not take brotli.
//!
//! After the program come the files, one after the other, then an index with a line `LENGTH PATH` for each file, then a
//! trailer: the index's length, the length of files and index together (both `u64`, little-endian) and [`MARK`].
use bytes::Bytes;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::{env, str};

/// The last bytes of a program with a site.
const MARK: [u8; 16] = *b"portvakt site 1\n";
/// The bytes of two lengths and the mark.
const TRAILER_BYTES: u64 = 32;
/// The folder of the site beside a program without an attached site, such as a debug build.
pub const FOLDER: &str = "site";

/// The files of a site by their paths, without a leading slash. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Site {
    files: BTreeMap<String, Bytes>,
    /// The files that were asked for unpacked and are there packed alone.
    unpacked: Arc<Mutex<BTreeMap<String, Bytes>>>,
}

impl Site {
    /// The site of the running program: the attached one, or else the folder [`FOLDER`] beside the program, or else an
    /// empty one.
    ///
    /// # Errors
    /// If the program or a file of the folder cannot be read, or if the attached site is damaged.
    pub fn of_this_program() -> io::Result<Self> {
        let program = env::current_exe()?;
        if let Some(site) = Self::attached(&program)? {
            return Ok(site);
        }
        let folder = program.with_file_name(FOLDER);
        if folder.is_dir() { Self::of_folder(&folder) } else { Ok(Self::default()) }
    }

    /// The site attached to a program, if it has one.
    ///
    /// # Errors
    /// If the program cannot be read, or if the attached site is damaged.
    pub fn attached(program: &Path) -> io::Result<Option<Self>> {
        let mut file = File::open(program)?;
        let Some(trailer) = Trailer::read(&mut file)? else { return Ok(None) };
        file.seek(SeekFrom::Start(trailer.program))?;
        let mut attached = Vec::new();
        file.take(trailer.attached).read_to_end(&mut attached)?;
        let index_at = usize::try_from(trailer.attached - trailer.index).map_err(|_| damaged())?;
        let attached = Bytes::from(attached);
        let index = attached.get(index_at..).and_then(|index| str::from_utf8(index).ok()).ok_or_else(damaged)?;
        let (mut files, mut at) = (BTreeMap::new(), 0_usize);
        for line in index.lines() {
            let (length, path) = line.split_once(' ').ok_or_else(damaged)?;
            let end = length.parse().ok().and_then(|length| at.checked_add(length)).ok_or_else(damaged)?;
            if end > index_at {
                return Err(damaged());
            }
            files.insert(path.to_owned(), attached.slice(at..end));
            at = end;
        }
        Ok(Some(Self { files, ..Self::default() }))
    }

    /// Reads the files under a folder.
    ///
    /// # Errors
    /// If one of them cannot be read.
    pub fn of_folder(folder: &Path) -> io::Result<Self> {
        fn walk(folder: &Path, under: &str, files: &mut BTreeMap<String, Bytes>) -> io::Result<()> {
            for entry in fs::read_dir(folder)? {
                let entry = entry?;
                let name = entry.file_name().into_string().map_err(|_| io::ErrorKind::InvalidFilename)?;
                let path = format!("{under}{name}");
                if entry.file_type()?.is_dir() {
                    walk(&entry.path(), &format!("{path}/"), files)?;
                } else {
                    files.insert(path, fs::read(entry.path())?.into());
                }
            }
            Ok(())
        }
        let mut files = BTreeMap::new();
        walk(folder, "", &mut files)?;
        Ok(Self { files, ..Self::default() })
    }

    /// Attaches this site to a program, in place of an earlier site. Replaces the program's file as a whole: no reader
    /// finds half of it, and other names of the old file keep the old contents.
    ///
    /// # Errors
    /// If the program cannot be read, or its folder cannot be written.
    pub fn attach(&self, program: &Path) -> io::Result<()> {
        let mut from = File::open(program)?;
        let whole = from.metadata()?;
        let program_bytes = Trailer::read(&mut from)?.map_or(whole.len(), |trailer| trailer.program);
        from.seek(SeekFrom::Start(0))?;
        let draft = program.with_extension("draft");
        let mut to = io::BufWriter::new(File::create(&draft)?);
        io::copy(&mut from.take(program_bytes), &mut to)?;
        let (mut index, mut attached_bytes) = (String::new(), 0);
        for (path, file) in self.files.iter().filter(|(path, _)| !self.files.contains_key(&packed(path))) {
            to.write_all(file)?;
            let _ = writeln!(index, "{} {path}", file.len());
            attached_bytes += file.len() as u64;
        }
        to.write_all(index.as_bytes())?;
        attached_bytes += index.len() as u64;
        to.write_all(&(index.len() as u64).to_le_bytes())?;
        to.write_all(&attached_bytes.to_le_bytes())?;
        to.write_all(&MARK)?;
        to.into_inner()?.set_permissions(whole.permissions())?;
        fs::rename(draft, program)
    }

    /// The file at a path without a leading slash. The first call for a file whose packed copy alone is there unpacks it.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<Bytes> {
        if let Some(file) = self.files.get(path) {
            return Some(file.clone());
        }
        let packed = self.files.get(&packed(path))?;
        let mut unpacked = self.unpacked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = unpacked.get(path) {
            return Some(file.clone());
        }
        let mut file = Vec::new();
        brotli_decompressor::BrotliDecompress(&mut &packed[..], &mut file).ok()?;
        let file = Bytes::from(file);
        unpacked.insert(path.to_owned(), file.clone());
        Some(file)
    }

    /// The file at a path, packed with brotli, if it has a packed copy.
    #[must_use]
    pub fn get_packed(&self, path: &str) -> Option<Bytes> {
        self.files.get(&packed(path)).cloned()
    }

    /// Whether there are no files: the program was built without its site.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

/// The lengths at the end of a program.
struct Trailer {
    /// Bytes of the program.
    program: u64,
    /// Bytes of the files and the index.
    attached: u64,
    /// Bytes of the index.
    index: u64,
}

impl Trailer {
    fn read(file: &mut File) -> io::Result<Option<Self>> {
        let Some(attached_end) = file.metadata()?.len().checked_sub(TRAILER_BYTES) else { return Ok(None) };
        file.seek(SeekFrom::Start(attached_end))?;
        let (mut index, mut attached, mut mark) = ([0; 8], [0; 8], MARK);
        file.read_exact(&mut index)?;
        file.read_exact(&mut attached)?;
        file.read_exact(&mut mark)?;
        if mark != MARK {
            return Ok(None);
        }
        let (index_bytes, attached_bytes) = (u64::from_le_bytes(index), u64::from_le_bytes(attached));
        let program_bytes = attached_end.checked_sub(attached_bytes).ok_or_else(damaged)?;
        if index_bytes > attached_bytes {
            return Err(damaged());
        }
        Ok(Some(Self { program: program_bytes, attached: attached_bytes, index: index_bytes }))
    }
}

/// The path of a file's packed copy.
fn packed(path: &str) -> String {
    format!("{path}.br")
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the site inside the program is damaged: install the program anew")
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    fn site(files: &[(&str, &str)]) -> Site {
        let files = files.iter().map(|(path, text)| ((*path).into(), Bytes::from((*text).to_owned()))).collect();
        Site { files, ..Site::default() }
    }

    fn program() -> (TempDir, std::path::PathBuf) {
        let folder = TempDir::new().unwrap();
        let program = folder.path().join("portvakt");
        fs::write(&program, "the program").unwrap();
        (folder, program)
    }

    #[test]
    fn an_attached_site_is_read_back_file_by_file() {
        let (_folder, program) = program();
        let files = site(&[("pkg/1/å b.js", "let a;\n"), ("pkg/hash.txt", "1"), ("robots.txt", "")]);
        files.attach(&program).unwrap();
        assert!(fs::read(&program).unwrap().starts_with(b"the program"));
        let read = Site::attached(&program).unwrap().unwrap();
        assert_eq!(read.files, files.files);
        assert_eq!(read.get("pkg/1/å b.js").unwrap(), "let a;\n");
        assert_eq!(read.get("/robots.txt"), None);
    }

    #[test]
    fn another_site_takes_the_place_of_the_first() {
        let (_folder, program) = program();
        let once = |files: &Site| {
            files.attach(&program).unwrap();
            fs::read(&program).unwrap()
        };
        let second = site(&[("b", "2")]);
        let only = once(&second);
        once(&site(&[("a", "a longer text than the other")]));
        assert_eq!(once(&second), only);
        assert_eq!(Site::attached(&program).unwrap().unwrap().files, second.files);
    }

    #[test]
    fn attaching_a_site_leaves_a_hard_link_of_the_program_unchanged() {
        let (folder, program) = program();
        let other = folder.path().join("other");
        fs::hard_link(&program, &other).unwrap();
        site(&[("a", "1")]).attach(&program).unwrap();
        assert_eq!(fs::read(other).unwrap(), b"the program");
    }

    #[test]
    fn a_program_without_a_site_has_none_and_a_damaged_one_is_refused() {
        let (_folder, program) = program();
        assert!(Site::attached(&program).unwrap().is_none());
        site(&[("a", "1")]).attach(&program).unwrap();
        let whole = fs::read(&program).unwrap();
        let end = whole.len();
        for (at, byte) in [(end - 32, 0xff), (end - 24, 0xff), (end - 32 - 4, b'9')] {
            let mut broken = whole.clone();
            broken[at] = byte;
            fs::write(&program, broken).unwrap();
            assert_eq!(Site::attached(&program).unwrap_err().kind(), io::ErrorKind::InvalidData, "byte {at}");
        }
    }

    #[test]
    fn a_folder_is_a_site_as_well() {
        let folder = TempDir::new().unwrap();
        fs::create_dir_all(folder.path().join("pkg/1")).unwrap();
        fs::write(folder.path().join("pkg/1/a.css"), "b{}").unwrap();
        fs::write(folder.path().join("pkg/hash.txt"), "1").unwrap();
        let expected = site(&[("pkg/1/a.css", "b{}"), ("pkg/hash.txt", "1")]);
        assert_eq!(Site::of_folder(folder.path()).unwrap().files, expected.files);
    }

    #[test]
    fn a_file_with_a_packed_copy_is_attached_packed_and_read_both_ways() {
        let (_folder, program) = program();
        let text = "let a;\n".repeat(1000);
        let mut packed = Vec::new();
        brotli::BrotliCompress(&mut text.as_bytes(), &mut packed, &brotli::enc::BrotliEncoderParams::default())
            .unwrap();
        let mut files = site(&[("a.js", &text), ("b.js", "let b;\n")]);
        files.files.insert("a.js.br".into(), packed.clone().into());
        files.attach(&program).unwrap();
        let read = Site::attached(&program).unwrap().unwrap();
        assert!(fs::metadata(&program).unwrap().len() < 1000, "the text itself is not in it");
        assert_eq!(read.get_packed("a.js").unwrap(), packed);
        assert_eq!([read.get("a.js").unwrap(), read.get("a.js").unwrap()], [text.as_str(); 2]);
        assert_eq!((read.get("b.js").unwrap(), read.get_packed("b.js")), ("let b;\n".into(), None));
        assert_eq!(read.get("c.js"), None);
    }
}
