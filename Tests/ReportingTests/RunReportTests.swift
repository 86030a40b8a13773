import Blobs
import Errors
import Evaluation
import Foundation
import Imaging
import Jobs
import Methods
import Reporting
import RunFixtures
import Runs
import Scheduling
import Testing

/// The report of a run directory.
struct RunReportTests {
  /// The truth of a case with its first `count` pixels taken away.
  private func short(of truth: Mask, by count: Int) -> Mask {
    var mask = truth
    for index in truth.pixels.indices.filter({ truth.pixels[$0] }).prefix(count) {
      mask.pixels[index] = false
    }
    return mask
  }

  private func played(spacing: Spacing = .unknown) throws -> (RecordedRun, truth: Mask) {
    var run = try RecordedRun(spacing: spacing)
    let truth = try Mask(contentsOf: run.data.file("c3.png"))
    let solve = try #require(run.job("set TV solve c3"))
    try run.complete(solve, masks: [short(of: truth, by: 10)], attempt: 2)
    run.discard(try #require(run.job("set TV solve c4")), reason: "no memory")
    return (run, truth)
  }

  @Test("scores are those of the masks, and missing scores have their reasons")
  func scoresMasks() throws {
    let (run, truth) = try played()
    defer { run.remove() }
    let (directory, manifest) = try RunDirectory.existing(at: run.directory.folder)
    let table = try RunReport(of: manifest, history: run.history, in: directory).table
    #expect(table.scores.count == 1)
    let score = try #require(table.scores.first)
    let whole = Double(truth.area)
    #expect(abs(score.dice - 2 * (whole - 10) / (2 * whole - 10)) < 1e-12)
    #expect(abs(score.jaccard - (whole - 10) / whole) < 1e-12)
    #expect((score.caseID, score.attempt, score.worker) == ("c3", 2, "node-1"))
    #expect(score.seconds == 1.5)
    let markdown = table.rendered(as: .md)
    #expect(markdown.contains("TV, case c4: no memory"))
    #expect(markdown.contains("M3, cases c3, c4: not done yet"))
  }

  @Test("distances are in millimetres by the image's spacing")
  func usesSpacing() throws {
    func score(_ spacing: Spacing) throws -> CaseScore {
      let (run, _) = try played(spacing: spacing)
      defer { run.remove() }
      let (directory, manifest) = try RunDirectory.existing(at: run.directory.folder)
      return try #require(
        RunReport(of: manifest, history: run.history, in: directory).table.scores.first)
    }
    let one = try score(.unknown)
    let two = try score(Spacing(x: 2, y: 2))
    #expect(one.dice == two.dice)
    #expect(one.distanceUnit == .pixel && two.distanceUnit == .millimetre)
    let small = try #require(one.hausdorff95)
    let large = try #require(two.hausdorff95)
    #expect(small > 0 && abs(large - 2 * small) < 1e-6)
    #expect(abs(two.surfaceDistance! - 2 * one.surfaceDistance!) < 1e-6)
    #expect(one.seed == nil)
  }

  @Test("every missing score has the seed of its training")
  func keepsSeeds() throws {
    let (run, _) = try played()
    defer { run.remove() }
    let (directory, manifest) = try RunDirectory.existing(at: run.directory.folder)
    let holes = try RunReport(of: manifest, history: run.history, in: directory).table.missingScores
    #expect(holes.map(\.method) == [.m3, .m3, .totalVariation])
    #expect(holes.map(\.seed) == [1, 1, nil])
  }

  @Test("any case can be drawn, and the worst cases are known")
  func drawsCases() throws {
    let (run, _) = try played()
    defer { run.remove() }
    let (directory, manifest) = try RunDirectory.existing(at: run.directory.folder)
    let report = try RunReport(of: manifest, history: run.history, in: directory)
    #expect(report.worstCases == [CaseName(dataset: "set", id: "c3")])
    let c4 = try #require(CaseName("set/c4"))
    let plain = try report.drawPanel(of: c4)
    #expect(plain.path == directory.folder.appending(path: "figures/set-c4.png").path)
    let fields = EnergyFields(
      region: RegionOfInterest(wholeOf: 48, height: 48),
      distance: Image(width: 64, height: 64, value: 0),
      dataTerm: Image(width: 64, height: 64, value: 1))
    let with = try report.drawPanel(of: c4, fields: fields)
    #expect(with.path == directory.folder.appending(path: "figures/set-c4-fields.png").path)
    #expect(try Data(contentsOf: with) != Data(contentsOf: plain))
  }

  @Test(
    "a case that the run does not have is refused",
    arguments: [("set/c1", "c3, c4"), ("other/c3", "set")])
  func refusesUnknownCase(_ name: String, known: String) throws {
    let (run, _) = try played()
    defer { run.remove() }
    let (directory, manifest) = try RunDirectory.existing(at: run.directory.folder)
    let report = try RunReport(of: manifest, history: run.history, in: directory)
    let error = #expect(throws: DipperError.self) {
      try report.drawPanel(of: try #require(CaseName(name)))
    }
    #expect(error?.code == .datasetUnusable)
    #expect(error?.message.hasSuffix("it has \(known)") == true)
  }

  @Test("other texts are not names of cases", arguments: ["set", "set/", "/c3", "a/b/c", ""])
  func rejectsOtherTexts(_ text: String) { #expect(CaseName(text) == nil) }

  @Test("all files are written, and left untouched the second time")
  func writesFiles() throws {
    let (run, truth) = try played()
    defer { run.remove() }
    let (directory, manifest) = try RunDirectory.existing(at: run.directory.folder)
    let report = try RunReport(of: manifest, history: run.history, in: directory)
    try report.write()
    let mask = directory.folder.appending(path: "masks/set/TV/c3.png")
    #expect(try Mask(contentsOf: mask) == short(of: truth, by: 10))
    let bytes = [UInt8](try Data(contentsOf: mask))
    #expect(bytes.count > 8)
    for name in [
      "scores.csv", "tests.csv", "table.md", "table.csv", "table.tex", "table.json", "table.html",
      "provenance.json",
    ] {
      #expect(try !Data(contentsOf: directory.folder.appending(path: "report/\(name)")).isEmpty)
    }
    let figure = directory.folder.appending(path: "figures/set-c3.png")
    let modified = {
      try FileManager.default.attributesOfItem(atPath: figure.path)[.modificationDate] as? Date
    }
    let before = try modified()
    try RunReport(of: manifest, history: run.history, in: directory).write()
    #expect(try modified() == before)
  }

  @Test("files of another configuration are removed, and no others")
  func removesStaleFiles() throws {
    let (run, _) = try played()
    defer { run.remove() }
    let (directory, manifest) = try RunDirectory.existing(at: run.directory.folder)
    func file(_ path: String) -> URL { directory.folder.appending(path: path) }
    func leave(_ paths: [String]) throws {
      for path in paths {
        try FileManager.default.createDirectory(
          at: file(path).deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data("left".utf8).write(to: file(path))
      }
    }
    func remaining(_ paths: [String]) -> [String] {
      paths.filter { (try? Data(contentsOf: file($0))) == Data("left".utf8) }
    }
    let stale = [
      "masks/set/M3-seed-2/c3.png", "masks/set/TV/c4.png", "masks/old/M1/o1.png",
      "figures/old-o1.png", "figures/set-c1-fields.png", "report/sweep.csv",
      "report/energies.csv", "report/curves.csv",
    ]
    let own = [
      "masks/set/TV/mine.png", "masks/set/expert/c3.png", "figures/my-plot.png",
      "figures/set-c3-fields.png", "report/mine.csv", "notes.txt",
    ]
    try leave(stale + own + ["truth/old/o1.png", "figures/set-c4.png"])
    try RunReport(of: manifest, history: run.history, in: directory).write()
    #expect(remaining(stale).isEmpty)
    #expect(remaining(own) == own)
    #expect(!FileManager.default.fileExists(atPath: file("masks/set/M3-seed-2").path))
    // A panel that was drawn of a case shows the results that are.
    #expect(remaining(["figures/set-c4.png"]).isEmpty)
    #expect(FileManager.default.fileExists(atPath: file("figures/set-c4.png").path))
  }

  @Test("the curves of trainings are reported")
  func reportsCurves() throws {
    var (run, _) = try played()
    defer { run.remove() }
    let training = try #require(run.job("set M3 train"))
    let file = run.directory.folder.appending(path: "report/curves.csv")
    func report() throws -> RunReport {
      let (directory, manifest) = try RunDirectory.existing(at: run.directory.folder)
      return try RunReport(of: manifest, history: run.history, in: directory)
    }
    // A run from before there were curves has none, and a report.
    try run.complete(training, masks: [])
    try report().write()
    #expect(!FileManager.default.fileExists(atPath: file.path))
    #expect(try !report().rendered(as: .html).contains("set: training"))

    run.requeue(training)
    let curve = Data("epoch,loss,energy,fit\n1,-0.25,-0.5,0.5\n2,-0.5,-0.75,0.75\n".utf8)
    try run.complete(training, masks: [], curve: curve, attempt: 2)
    try report().write()
    let text = try String(contentsOf: file, encoding: .utf8)
    let lines = text.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[1] == "set,M3,,1,c1 c2,\(training.id),1,-0.25,-0.5,0.25,0.5")
    #expect(try report().rendered(as: .html).contains("set: training"))

    run.requeue(training)
    try run.complete(training, masks: [], curve: Data("epoch".utf8), attempt: 3)
    // One that is none takes only itself away.
    let remarks = try report().remarks
    #expect(remarks.count == 1 && remarks[0].contains("the curve of set M3 train"), "\(remarks)")
    #expect(try report().curves.isEmpty && report().table.scores.count == 1)
  }

  @Test("energies are reported with their gaps and bounds")
  func reportsEnergies() throws {
    var run = try RecordedRun()
    defer { run.remove() }
    let truth = try Mask(contentsOf: run.data.file("c3.png"))
    let solve = try #require(run.job("set TV solve c3"))
    let metrics = ["energy": -12.5, "gap": 1e-5, "converged": 1, "residual": Double.infinity]
    try run.complete(solve, masks: [truth], metrics: metrics)
    let (directory, manifest) = try RunDirectory.existing(at: run.directory.folder)
    try RunReport(of: manifest, history: run.history, in: directory).write()
    let report = directory.folder.appending(path: "report")
    let energies = try String(
      contentsOf: report.appending(path: "energies.csv"), encoding: .utf8)
    #expect(
      energies == """
        dataset,method,case,energy,gap,bound,start_energy,elastica_energy,iterations,converged,job,setting
        set,TV,c3,-12.5,1e-05,,,,,1.0,\(solve.id),

        """)
    struct ProvenanceFile: Decodable {
      struct Entry: Decodable { var metrics: [String: Double] }
      var jobs: [Entry]
    }
    let provenance = try Data(contentsOf: report.appending(path: "provenance.json"))
    let known = try JSONDecoder().decode(ProvenanceFile.self, from: provenance).jobs.map(\.metrics)
    #expect(known == [["energy": -12.5, "gap": 1e-5, "converged": 1]])
  }

  @Test("an unusable mask is a missing score with its reason, and is computed again")
  func reportsUnusableMask() throws {
    var run = try RecordedRun(methods: "[TV]")
    defer { run.remove() }
    let truth = try Mask(contentsOf: run.data.file("c3.png"))
    let small = Mask(width: 4, height: 3, pixels: [Bool](repeating: true, count: 12))
    let solve = try #require(run.job("set TV solve c3"))
    try run.complete(solve, masks: [small])
    try run.complete(try #require(run.job("set TV solve c4")), masks: [truth])
    let (directory, manifest) = try RunDirectory.existing(at: run.directory.folder)
    let report = try RunReport(of: manifest, history: run.history, in: directory)
    try report.write()
    #expect(report.table.scores.map(\.caseID) == ["c4"])
    let reason = try #require(report.table.missingScores.first?.reason)
    #expect(reason.contains("node-1") && reason.contains("4 x 3"), "\(reason)")
    let events = MissingResults.events(
      for: run.experiment.plan.jobs, history: run.history, in: directory)
    #expect(events.map(\.job) == [solve.id])
    #expect("\(events)".contains("4 x 3"), "\(events)")
  }

  @Test("a damaged mask is never scored")
  func refusesDamagedMask() throws {
    let (run, truth) = try played()
    defer { run.remove() }
    let digest = Digest(of: try short(of: truth, by: 10).encodedPNG())
    try truth.encodedPNG().write(to: run.directory.blobs.file(digest))
    let (directory, manifest) = try RunDirectory.existing(at: run.directory.folder)
    let error = #expect(throws: DipperError.self) {
      try RunReport(of: manifest, history: run.history, in: directory)
    }
    #expect(error?.code == .blobDamaged)
  }

  @Test("verification names damaged and missing blobs")
  func verifiesBlobs() throws {
    let (run, truth) = try played()
    defer { run.remove() }
    let (directory, manifest) = try RunDirectory.existing(at: run.directory.folder)
    let sound = Verification(of: manifest, history: run.history, in: directory)
    // Four images, four marker sets, one mask.
    #expect(sound.intactBlobs == 9 && sound.problems.isEmpty)
    let mask = Digest(of: try short(of: truth, by: 10).encodedPNG())
    try Data("x".utf8).write(to: directory.blobs.file(mask))
    directory.blobs.remove(Digest(of: try Data(contentsOf: run.data.file("c1.nii"))))
    let findings = Verification(of: manifest, history: run.history, in: directory)
    #expect(findings.intactBlobs == 7 && findings.problems.count == 2)
    #expect(findings.problems.contains { $0.hasPrefix("result of set TV solve c3") })
    #expect(findings.problems.contains { $0.hasPrefix("image of set M3 train") })
  }

  /// It was cancelled too late to stop: the checkpoint of its attempt was removed when it was done.
  @Test("verification needs no checkpoint of a finished job")
  func ignoresOldCheckpoints() throws {
    let (run, _) = try played()
    defer { run.remove() }
    let (directory, manifest) = try RunDirectory.existing(at: run.directory.folder)
    let solve = try #require(run.job("set TV solve c3"))
    let gone = BlobReference(digest: Digest(of: Data("gone".utf8)), size: 4)
    var events = run.events
    let end = try #require(events.lastIndex { $0.job == solve.id })
    events.insert(
      contentsOf: [
        .checkpointed(
          Attempt(job: solve.id, number: 1), Checkpoint(step: 1, blob: gone)),
        .cancelled(solve.id),
      ], at: end)
    #expect(
      Verification(of: manifest, history: RunHistory(folding: events), in: directory).problems
        .isEmpty)
    let undone =
      Array(events[..<end]) + [
        .checkpointed(
          Attempt(job: solve.id, number: 1), Checkpoint(step: 1, blob: gone))
      ]
    #expect(
      Verification(of: manifest, history: RunHistory(folding: undone), in: directory).problems.count
        == 1)
  }

  @Test("a folder that is not a run is refused")
  func refusesOtherFolder() throws {
    let run = try RecordedRun()
    defer { run.remove() }
    let nowhere = #expect(throws: DipperError.self) {
      try RunDirectory.existing(at: run.data.folder)
    }
    #expect(nowhere?.message.contains("experiment.json") == true)
    let file = run.directory.folder.appending(path: "experiment.json")
    try Data(contentsOf: file).dropLast(100).write(to: file)
    let damaged = #expect(throws: DipperError.self) {
      try RunDirectory.existing(at: run.directory.folder)
    }
    #expect(damaged?.message.contains("damaged") == true)
  }
}
