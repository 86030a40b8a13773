import Errors
import Foundation
import GRDB

/// The journal's tables.
///
/// A released migration is never changed; a later schema gets a migration of its own. The numbers
/// begin with 5, because the schemas 1 to 4 stored JSON, which this release does not read.
enum Schema {
  static let migrator: DatabaseMigrator = {
    var migrator = DatabaseMigrator()
    // SQLite has no checksums, so the rows have their own. Without them a flipped bit would give a
    // wrong number unnoticed.
    migrator.registerMigration("5") { database in
      try database.execute(
        sql: """
          CREATE TABLE experiment (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            name TEXT NOT NULL,
            created REAL NOT NULL
          ) STRICT;
          CREATE TABLE event (
            sequence INTEGER PRIMARY KEY,
            time REAL NOT NULL,
            kind TEXT NOT NULL,
            job BLOB NOT NULL,
            body BLOB NOT NULL,
            checksum INTEGER NOT NULL
          ) STRICT;
          """)
    }
    return migrator
  }()

  /// Refuses a journal whose schema this release cannot read.
  ///
  /// - Throws: `DipperError` of code `journalTooOld` or `journalTooNew` that says what to do.
  static func check(_ database: Database, file: URL) throws {
    let applied = try migrator.appliedIdentifiers(database)
    if !applied.isDisjoint(with: ["1", "2", "3", "4"]) {
      throw DipperError(
        .journalTooOld,
        "\(file.path) was written by a release of dipper before 2026-12 (journal schema 4 or "
          + "earlier; this release reads schema 5): finish or report the run with that release, or "
          + "start it anew in another folder")
    }
    if try migrator.hasBeenSuperseded(database) {
      throw DipperError(
        .journalTooNew, "\(file.path) was written by a later release of dipper; use that release")
    }
  }
}
