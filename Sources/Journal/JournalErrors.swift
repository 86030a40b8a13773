import Errors

extension DipperError.Domain {
  /// The errors of the journal and of the lock on its directory.
  public static let journal = Self("journal")
}

extension DipperError.Code {
  /// The disk is full. Everything recorded before is safe.
  public static let journalDiskFull = Self(.journal, name: "journal-disk-full")
  /// The journal cannot be opened or written, because of a missing directory, missing permission, a
  /// read-only file system or a failing disk.
  public static let journalInaccessible = Self(.journal, name: "journal-inaccessible")
  /// The file is not a journal, or its content is damaged.
  public static let journalDamaged = Self(.journal, name: "journal-damaged")
  /// An earlier release wrote the file in a form that this release cannot read.
  public static let journalTooOld = Self(.journal, name: "journal-too-old")
  /// A later release wrote the file.
  public static let journalTooNew = Self(.journal, name: "journal-too-new")
  /// Another process has the directory open.
  public static let runDirectoryInUse = Self(.journal, name: "run-directory-in-use")
  /// The directory belongs to an experiment of another name.
  public static let runDirectoryOfOtherExperiment = Self(
    .journal, name: "run-directory-of-other-experiment")
  /// The database failed for another reason.
  public static let journalFailed = Self(.journal, name: "journal-failed")
}
