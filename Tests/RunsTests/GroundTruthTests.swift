import Errors
import Evaluation
import Expectations
import Foundation
import Imaging
import Jobs
import Reporting
import RunFixtures
import Runs
import Testing

/// Scores are of the truths that a run was recorded with, and of no others.
struct TruthTests {
  private func played() throws -> RecordedRun {
    var run = try RecordedRun()
    let solve = try #require(run.job("set TV solve c3"))
    try run.complete(solve, masks: [Mask(contentsOf: run.data.file("c3.png"))])
    return run
  }

  private func truth(_ id: String, of run: RecordedRun) -> URL {
    run.directory.folder.appending(path: "truth/set/\(id).png")
  }

  /// Changes a pixel of a mask.
  private func spoil(_ file: URL) throws {
    var mask = try Mask(contentsOf: file)
    mask[0, 0].toggle()
    try mask.encodedPNG().write(to: file)
  }

  private func problems(_ run: RecordedRun) throws -> [String] {
    let (directory, manifest) = try RunDirectory.existing(at: run.directory.folder)
    return Verification(of: manifest, history: run.history, in: directory).problems
  }

  @Test("a replaced ground truth in the run directory is found and not used")
  func findsReplacedFile() throws {
    let run = try played()
    defer { run.remove() }
    let (directory, manifest) = try RunDirectory.existing(at: run.directory.folder)
    #expect(Verification(of: manifest, history: run.history, in: directory).intactGroundTruth == 4)
    try spoil(truth("c3", of: run))
    try FileManager.default.removeItem(at: truth("c1", of: run))
    let said = try problems(run)
    #expect(said.count == 2)
    #expect(said.contains { $0.contains("set/c3") && $0.contains("another digest") }, "\(said)")
    #expect(said.contains { $0.contains("set/c1") && $0.contains("cannot be read") }, "\(said)")
    let error = #expect(throws: DipperError.self) {
      try RunReport(of: manifest, history: run.history, in: directory)
    }
    #expect(error?.code == .datasetUnusable && error?.message.contains("set/c3") == true)

    try run.data.experiment().store(in: run.directory)
    #expect(try problems(run).isEmpty)
    #expect(
      try RunReport(of: manifest, history: run.history, in: directory).table.scores.first?.dice == 1
    )
  }

  @Test("a changed ground truth in the data set is refused and nothing is replaced")
  func refusesChangedGroundTruth() throws {
    let run = try played()
    defer { run.remove() }
    let before = try Data(contentsOf: truth("c3", of: run))
    try spoil(run.data.file("c3.png"))
    let experiment = try run.data.experiment()
    let error = #expect(throws: DipperError.self) { try experiment.store(in: run.directory) }
    #expect(error?.code == .datasetUnusable)
    for fragment in ["set/c3", "--reuse \(run.directory.folder.path)"] {
      #expect(error?.message.contains(fragment) == true, "\(error?.message ?? "")")
    }
    #expect(try Data(contentsOf: truth("c3", of: run)) == before)
    #expect(try problems(run).isEmpty)
    // In a folder of its own it is welcome.
    try experiment.store(in: RunDirectory(at: run.data.file("other")))
  }

  @Test("another image brings its own ground truth")
  func acceptsOtherImage() throws {
    let run = try played()
    defer { run.remove() }
    for kind in ["nii", "png", "json"] {
      try Data(contentsOf: run.data.file("c4.\(kind)")).write(to: run.data.file("c5.\(kind)"))
      try Data(contentsOf: run.data.file("c1.\(kind)")).write(to: run.data.file("c4.\(kind)"))
      try Data(contentsOf: run.data.file("c5.\(kind)")).write(to: run.data.file("c1.\(kind)"))
    }
    try run.data.experiment().store(in: run.directory)
    #expect(
      try Mask(contentsOf: truth("c4", of: run)) == Mask(contentsOf: run.data.file("c4.png")))
    #expect(try problems(run).isEmpty)
  }

  /// Takes the digests out of the record, as an earlier release wrote it.
  private func forget(_ run: RecordedRun) throws {
    let file = run.directory.folder.appending(path: "experiment.json")
    var record = try JSONDecoder().decode(RunManifest.self, from: Data(contentsOf: file))
    for index in record.datasets.indices { record.datasets[index].groundTruthDigests = nil }
    let json = try JSONEncoder().encode(record)
    #expect(!String(decoding: json, as: UTF8.self).contains("truths"))
    try json.write(to: file)
  }

  @Test("a manifest without digests opens and gets them")
  func completesManifest() throws {
    let run = try played()
    defer { run.remove() }
    try forget(run)
    let (directory, manifest) = try RunDirectory.existing(at: run.directory.folder)
    #expect(try problems(run).isEmpty)
    #expect(Verification(of: manifest, history: run.history, in: directory).intactGroundTruth == 0)
    #expect(
      try RunReport(of: manifest, history: run.history, in: directory).table.scores.count == 1)
    // What lies in its folder is what it was scored by.
    try spoil(run.data.file("c3.png"))
    let changed = try run.data.experiment()
    expectError(in: .runs) { try changed.store(in: run.directory) }
    try spoil(run.data.file("c3.png"))
    try run.data.experiment().store(in: run.directory)
    let renewed = try RunDirectory.existing(at: run.directory.folder).1
    #expect(renewed.datasets.first?.groundTruthDigests?.count == 4)
  }
}
