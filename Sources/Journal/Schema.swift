import GRDB

/// The journal's tables. A migration that was released is never changed; a new one follows it.
enum Schema {
  static let migrator: DatabaseMigrator = {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { database in
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
            job TEXT NOT NULL,
            body TEXT NOT NULL
          ) STRICT;
          CREATE INDEX event_by_job ON event (job);
          """)
    }
    // New kinds of events, which earlier releases would not understand; and a checksum, which SQLite
    // has not: a flipped bit in a number would pass for another number. Older rows have none.
    migrator.registerMigration("2") { database in
      try database.execute(sql: "ALTER TABLE event ADD COLUMN checksum INTEGER")
    }
    // New kinds of events: of audits.
    migrator.registerMigration("3") { _ in }
    // Nobody asks for the events of one job: they are read as a whole.
    migrator.registerMigration("4") { database in
      try database.execute(sql: "DROP INDEX event_by_job")
    }
    return migrator
  }()
}
