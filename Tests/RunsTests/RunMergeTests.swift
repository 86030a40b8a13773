import Blobs
import Foundation
import Imaging
import Jobs
import Journal
import RunFixtures
import Runs
import Scheduling
import Testing

/// The import of results from other runs, and the results that are refused.
struct RunMergeTests {
  /// A run whose case c3 was solved with a mask of `columns` columns.
  private func run(columns: Int, fingerprint: String, curve: Data? = nil) throws -> RecordedRun {
    var run = try RecordedRun()
    let truth = try Mask(contentsOf: run.data.file("c3.png"))
    let pixels = truth.pixels.indices.map { $0 % truth.width < columns }
    let mask = Mask(width: truth.width, height: truth.height, pixels: pixels)
    try run.complete(
      try #require(run.job("set TV solve c3")), masks: [mask], curve: curve,
      fingerprint: ["instructions": fingerprint])
    return run
  }

  private func record(_ run: RecordedRun) throws {
    let journal = try SQLiteJournal(
      folder: run.directory.folder, experiment: run.experiment.name, at: .distantPast)
    try journal.append(run.events, at: .distantPast)
  }

  @Test("equal results confirm each other, and different ones are refused with both fingerprints")
  func comparesResults() throws {
    let runs = try [
      run(columns: 3, fingerprint: "AVX2"), run(columns: 3, fingerprint: "AVX512"),
      run(columns: 4, fingerprint: "NEON"),
    ]
    defer { for run in runs { run.remove() } }
    for run in runs { try record(run) }
    var merge = try RunMerge(into: runs[0].directory.folder, at: .distantPast)
    try merge.merge(runs[1].directory.folder)
    #expect(merge.findings.confirmed == 1 && merge.findings.refused.isEmpty)
    try merge.merge(runs[2].directory.folder)
    #expect(merge.findings.imported == 0 && merge.findings.refused.count == 1)
    let refusal = try #require(merge.findings.refused.first)
    for fragment in ["set TV solve c3", "mask 1", "AVX2", "NEON"] {
      #expect(refusal.contains(fragment), "\(refusal)")
    }
  }

  @Test("a curve that only one run has is named and not counted")
  func namesUncomparedCurve() throws {
    let runs = try [
      run(columns: 3, fingerprint: "AVX2"),
      run(columns: 3, fingerprint: "AVX2", curve: Data("epoch,loss\n".utf8)),
    ]
    defer { for run in runs { run.remove() } }
    for run in runs { try record(run) }
    var merge = try RunMerge(into: runs[0].directory.folder, at: .distantPast)
    try merge.merge(runs[1].directory.folder)
    #expect(merge.findings.confirmed == 1 && merge.findings.refused.isEmpty)
    let remark = try #require(merge.findings.remarks.first)
    #expect(merge.findings.remarks.count == 1 && remark.contains("set TV solve c3"))
    #expect(remark.contains("curve: ") && remark.contains("not compared"))
  }

  @Test("a result with damaged bytes is not imported")
  func refusesDamagedResult() throws {
    let source = try run(columns: 3, fingerprint: "AVX2")
    let target = try RecordedRun()
    defer {
      source.remove()
      target.remove()
    }
    try record(source)
    try record(target)
    let digest = try #require(source.events.compactMap(\.firstOutput).first)
    try Data("x".utf8).write(to: source.directory.blobs.file(digest))
    var merge = try RunMerge(into: target.directory.folder, at: .distantPast)
    try merge.merge(source.directory.folder)
    #expect(merge.findings.imported == 0)
    #expect(merge.findings.refused.first?.contains("damaged") == true)
  }

  @Test("an equal result whose bytes are missing here is copied")
  func copiesMissingBytes() throws {
    let source = try run(columns: 3, fingerprint: "A")
    let target = try run(columns: 3, fingerprint: "A")
    defer { for run in [source, target] { run.remove() } }
    for run in [source, target] { try record(run) }
    let digest = try #require(target.events.compactMap(\.firstOutput).first)
    func merged() throws -> RunMerge.Findings {
      var merge = try RunMerge(into: target.directory.folder, at: .distantPast)
      try merge.merge(source.directory.folder)
      return merge.findings
    }
    target.directory.blobs.remove(digest)
    let missing = try merged()
    #expect(missing.confirmed == 1 && missing.refused.isEmpty)
    let remark = try #require(missing.remarks.first)
    for fragment in ["set TV solve c3", "mask 1", source.directory.folder.path] {
      #expect(remark.contains(fragment), "\(remark)")
    }
    try Data("x".utf8).write(to: target.directory.blobs.file(digest))
    #expect(try merged().remarks.count == 1)
    #expect(try Digest(of: target.directory.blobs.get(digest)) == digest)
    #expect(try merged().remarks.isEmpty)

    for run in [source, target] { run.directory.blobs.remove(digest) }
    let gone = try merged()
    #expect(gone.confirmed == 0)
    #expect(gone.refused.first?.contains("cannot be copied") == true, "\(gone.refused)")
  }

  @Test("only the results that the plan needs are imported from another experiment")
  func importsFromOtherExperiment() throws {
    var source = try run(columns: 3, fingerprint: "AVX2")
    let target = try RecordedRun(renamed: "y", methods: "[TV]")
    let unrelated = try RecordedRun(renamed: "z", methods: "[M3]")
    defer { for run in [source, target, unrelated] { run.remove() } }
    let unwanted = try #require(source.job("set M3 train"))
    try source.complete(unwanted, masks: [])
    for run in [source, target, unrelated] { try record(run) }
    do {
      var merge = try RunMerge(into: target.directory.folder, at: .distantPast)
      try merge.merge(source.directory.folder)
      #expect(merge.findings.imported == 1 && merge.findings.remarks.isEmpty)
      try merge.merge(unrelated.directory.folder)
      #expect(merge.findings.imported == 1)
      #expect(
        merge.findings.remarks == [
          "\(unrelated.directory.folder.path), a run of z, has finished no job of y"
        ])
    }
    let events = try SQLiteJournal.read(folder: target.directory.folder).map(\.event)
    let state = RunHistory(folding: events)
    #expect(state.status(of: unwanted.id) == nil)
    #expect(state.status(of: try #require(target.job("set TV solve c3")).id)?.state == .done)
  }

  @Test("an imported result is done and keeps its worker")
  func keepsWorker() throws {
    let source = try run(columns: 3, fingerprint: "AVX2")
    let target = try RecordedRun()
    defer {
      source.remove()
      target.remove()
    }
    try record(source)
    try record(target)
    do {
      var merge = try RunMerge(into: target.directory.folder, at: .distantPast)
      try merge.merge(source.directory.folder)
      #expect(merge.findings.imported == 1)
    }
    let events = try SQLiteJournal.read(folder: target.directory.folder).map(\.event)
    let state = RunHistory(folding: events)
    let job = try #require(target.job("set TV solve c3"))
    #expect(state.status(of: job.id)?.completion?.worker == WorkerID("node-1"))
    #expect(state.status(of: job.id)?.lastAttempt == 1)
    let (directory, manifest) = try RunDirectory.existing(at: target.directory.folder)
    #expect(
      Verification(of: manifest, history: RunHistory(folding: events), in: directory).problems
        .isEmpty)
  }
}

extension JournalEvent {
  fileprivate var firstOutput: Digest? {
    if case .completed(_, _, let result) = self { result.outputs.first?.blob.digest } else { nil }
  }
}
