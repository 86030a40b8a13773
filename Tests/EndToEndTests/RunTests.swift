import Foundation
import Imaging
import Jobs
import Journal
import Scheduling
import TestTraits
import Testing

/// Whole experiments with real processes over real sockets.
@Suite(.serialized, .temporaryFolder) struct RunTests {
  @Test("a run ends with the table and correct scores, and a second one finds all jobs done")
  func wholeRun() throws {
    let small = try SmallExperiment()
    let out = small.state("out")
    let run = ["run", small.configuration.path, "-j", "2", "--out", out.path]
    let first = try Program.dipper.run(run)
    #expect(first.status == 0, "\(first.output)")
    for method in ["M1", "M2", "M3", "M4", "TV", "Elastica", "DIP"] {
      #expect(first.output.contains(method))
    }
    let scores = try SmallExperiment.scores(in: out)
    #expect(scores.count == 1 + 7 * 2)
    for line in scores.dropFirst() { try checkDice(of: line, in: out) }
    for name in ["table.md", "table.csv", "table.tex", "table.json"] {
      #expect(FileManager.default.fileExists(atPath: out.appending(path: "report/\(name)").path))
    }
    #expect(
      try !FileManager.default.contentsOfDirectory(
        atPath: out.appending(path: "figures").path
      ).isEmpty)
    // There are four trainings and two fits of 12 epochs each.
    #expect(try SmallExperiment.curves(in: out).split(separator: "\n").count == 1 + 6 * 12)

    let start = ContinuousClock.now
    let second = try Program.dipper.run(run)
    #expect(second.status == 0)
    #expect(second.output.contains("already done"))
    #expect(ContinuousClock.now - start < .seconds(10))
    #expect(try SmallExperiment.scores(in: out) == scores)

    let verified = try Program.dipper.run(["verify", out.path])
    #expect(verified.status == 0, "\(verified.output)")
    let report = try Program.dipper.run(["report", out.path, "--format", "md"])
    #expect(report.status == 0 && report.output.contains("M3"))
    try checkFields(in: out)
    try checkEnergies(in: out)
  }

  @Test("fits side by side in one job score as well as fits in jobs of their own")
  func fitsOfOneJob() throws {
    let scores = try [1, 2].map { count in
      let small = try SmallExperiment(
        epochs: 40, methods: "[DIP]",
        also: "overrides: {DIP: {training: {fits_per_job: \(count)}}}")
      let out = small.state("out")
      let run = try Program.dipper.run([
        "run", small.configuration.path, "-j", "1", "--out", out.path,
      ])
      #expect(run.status == 0, "\(run.output)")
      let verified = try Program.dipper.run(["verify", out.path])
      #expect(verified.status == 0, "\(verified.output)")
      return try SmallExperiment.scores(in: out).dropFirst().map { $0.split(separator: ",") }
    }
    #expect(Set(scores[0].map { $0[5] }).count == 2 && Set(scores[1].map { $0[5] }).count == 1)
    #expect(scores[0].map { $0[2] } == scores[1].map { $0[2] })
    for (alone, together) in zip(scores[0], scores[1]) {
      let single = try #require(Double(alone[3]))
      let joint = try #require(Double(together[3]))
      #expect(abs(single - joint) < 0.02, "\(alone) \(together)")
    }
  }

  /// Checks the energies of TV and elastica for both test cases.
  private func checkEnergies(in out: URL) throws {
    let energies = try String(
      contentsOf: out.appending(path: "report/energies.csv"), encoding: .utf8)
    let lines = energies.split(separator: "\n").map { $0.split(separator: ",") }
    #expect(lines.dropFirst().map { $0[1] }.sorted() == ["Elastica", "Elastica", "TV", "TV"])
    for line in lines.dropFirst() { #expect((Double(line[3]) ?? .nan) >= Double(line[5]) ?? .nan) }
    let explained = try Program.dipper.run(["explain", "chest Elastica solve chest-03", out.path])
    #expect(explained.output.contains(", energy "), "\(explained.output)")
  }

  /// Checks that the report draws the fields of the energy.
  private func checkFields(in out: URL) throws {
    let drawn = try Program.dipper.run([
      "report", out.path, "--panels", "chest/chest-03,worst", "--fields", "M4",
    ])
    #expect(drawn.status == 0, "\(drawn.output)")
    #expect(drawn.output.contains("figures/chest-chest-03-fields.png"))
    #expect(
      FileManager.default.fileExists(
        atPath: out.appending(path: "figures/chest-chest-03-fields.png").path))
    let unknown = try Program.dipper.run(["report", out.path, "--panels", "chest/nobody"])
    #expect(unknown.status == 2 && unknown.output.contains("chest-04"), "\(unknown.output)")
  }

  @Test("the networks are drawn as SVG")
  func networkDrawings() throws {
    let small = try SmallExperiment()
    let out = small.state("drawings")
    let drawn = try Program.dipper.run(["networks", small.configuration.path, "--out", out.path])
    #expect(drawn.status == 0, "\(drawn.output)")
    for name in ["dip-net", "vm-net", "workflow"] {
      let svg = try String(contentsOf: out.appending(path: "\(name).svg"), encoding: .utf8)
      #expect(svg.hasPrefix("<svg") && svg.hasSuffix("</svg>\n"))
    }
    let refused = try Program.dipper.run(["networks", "nowhere.yaml", "--out", out.path])
    #expect(refused.status == 2 && refused.output.contains("nowhere.yaml"))
  }

  /// Computes the Dice coefficient of a line from the written mask and ground truth, and compares it.
  private func checkDice(of line: String, in out: URL) throws {
    let fields = line.split(separator: ",").map(String.init)
    let dataset = fields[0]
    let method = fields[1]
    let id = fields[2]
    let mask = try Mask(contentsOf: out.appending(path: "masks/\(dataset)/\(method)/\(id).png"))
    let truth = try Mask(contentsOf: out.appending(path: "truth/\(dataset)/\(id).png"))
    let both = zip(mask.pixels, truth.pixels).reduce(0) { $0 + ($1.0 && $1.1 ? 1 : 0) }
    let dice = 2 * Double(both) / Double(mask.area + truth.area)
    #expect(abs(dice - (Double(fields[3]) ?? -1)) < 1e-6, "\(line)")
  }

  @Test("with --audit 1 another process confirms every result")
  func auditOfAll() throws {
    let small = try SmallExperiment()
    let out = small.state("audited")
    let run = ["run", small.configuration.path, "-j", "2", "--out", out.path, "--audit", "1"]
    let ended = try Program.dipper.run(run)
    #expect(ended.status == 0, "\(ended.output)")
    let jobs = try audited(in: out)
    #expect(jobs.count > 7)
    for job in jobs { #expect(job.audits.map(\.agrees) == [true], "\(job.label)") }
    #expect(try Program.dipper.run(run.dropLast() + ["2"]).status == 2)
  }

  private struct Provenance: Decodable {
    struct Entry: Decodable {
      struct Verdict: Decodable { var agrees: Bool }
      var label: String
      var audits: [Verdict]
    }
    var jobs: [Entry]
  }

  private func audited(in out: URL) throws -> [Provenance.Entry] {
    let file = out.appending(path: "report/provenance.json")
    return try JSONDecoder().decode(Provenance.self, from: Data(contentsOf: file)).jobs
  }

  @Test("earlier results are audited, and a contradiction is reported by every later run")
  func auditOfEarlierResults() throws {
    let small = try SmallExperiment(methods: "[TV]")
    let out = small.state("audited")
    let run = ["run", small.configuration.path, "--out", out.path]
    #expect(try Program.dipper.run(run).status == 0)
    let later = try Program.dipper.run(run + ["--audit", "1"])
    #expect(later.status == 0, "\(later.output)")
    #expect(later.output.contains("chest TV solve chest-03 confirmed by"), "\(later.output)")
    for job in try audited(in: out) { #expect(job.audits.map(\.agrees) == [true]) }

    try recordOtherResult("chest TV solve chest-03", in: out)
    let contested = try Program.dipper.run(run)
    #expect(contested.status == 1, "\(contested.output)")
    #expect(contested.output.contains("two workers computed different results of 1 job"))
  }

  /// Records in the journal that a worker has found another result of a finished job.
  private func recordOtherResult(_ label: String, in out: URL) throws {
    let journal = try SQLiteJournal(folder: out, experiment: "small", at: Date())
    let state = JobLedger(folding: try journal.replay(from: 1).map(\.event))
    let job = try #require(state.jobs.first { $0.planned.label == label })
    let attempt = Attempt(job: job.planned.id, number: job.lastAttempt + 1)
    let other = WorkerID("other")
    let result = try #require(job.completion?.result)
    try journal.append(
      [
        .auditLeased(attempt, to: other), .audited(attempt, by: other, result, agrees: false),
      ], at: Date())
  }

  @Test("a killed worker and a late one give the scores of an undisturbed run")
  func killedWorker() throws {
    let small = try SmallExperiment(epochs: 60)
    let undisturbed = small.state("undisturbed")
    let disturbed = small.state("disturbed")
    let reference = try Program.dipper.run([
      "run", small.configuration.path, "-j", "1", "--out", undisturbed.path,
    ])
    #expect(reference.status == 0, "\(reference.output)")

    let coordinator = try Program.dipper.start([
      "coordinator", small.configuration.path, "--listen", "tcp://127.0.0.1:*", "--state",
      disturbed.path,
    ])
    try coordinator.waitFor("listening on tcp://")
    let endpoint = try coordinator.endpoint()
    func worker(_ cache: String) throws -> RunningProgram {
      try Program.worker.start(["--connect", endpoint, "--cache", small.state(cache).path])
    }
    let victim = try worker("cache-1")
    try waitForCheckpoint(in: disturbed)
    victim.signal(SIGKILL)
    let late = try worker("cache-2")
    #expect(try coordinator.status() == 0, "\(coordinator.output)")
    #expect(try late.status(within: .seconds(20)) == 0, "\(late.output)")
    #expect(try SmallExperiment.scores(in: disturbed) == SmallExperiment.scores(in: undisturbed))
    #expect(try SmallExperiment.curves(in: disturbed) == SmallExperiment.curves(in: undisturbed))
    #expect(coordinator.output.contains("lost"), "\(coordinator.output)")
    #expect(coordinator.output.contains("(attempt 2) done"), "\(coordinator.output)")
  }

  /// Waits until the journal holds a checkpoint, which means that a job is half done.
  private func waitForCheckpoint(in state: URL) throws {
    let wal = state.appending(path: "journal.sqlite-wal").path
    try wait(for: "a checkpoint in \(wal)", within: .seconds(60)) {
      guard let bytes = FileManager.default.contents(atPath: wal) else { return false }
      return bytes.range(of: Data("checkpointed".utf8)) != nil
    }
  }

  @Test("an interrupted run continues where it stopped")
  func interruptedRun() throws {
    let small = try SmallExperiment(epochs: 60)
    let undisturbed = small.state("undisturbed")
    let stopped = small.state("interrupted")
    let command = ["run", small.configuration.path, "-j", "2", "--out"]
    #expect(try Program.dipper.run(command + [undisturbed.path]).status == 0)
    let running = try Program.dipper.start(command + [stopped.path])
    try waitForCheckpoint(in: stopped)
    running.signal(SIGINT)
    #expect(try running.status(within: .seconds(40)) == 130, "\(running.output)")
    let again = try Program.dipper.run(command + [stopped.path])
    #expect(again.status == 0, "\(again.output)")
    #expect(try SmallExperiment.scores(in: stopped) == SmallExperiment.scores(in: undisturbed))
    #expect(try SmallExperiment.curves(in: stopped) == SmallExperiment.curves(in: undisturbed))
  }

  @Test("a killed coordinator is restarted, and its worker rejoins")
  func killedCoordinator() throws {
    let small = try SmallExperiment(epochs: 60)
    let undisturbed = small.state("undisturbed")
    let killed = small.state("killed")
    #expect(
      try Program.dipper.run([
        "run", small.configuration.path, "-j", "1", "--out", undisturbed.path,
      ]
      ).status == 0)
    let port = 20_000 + Int(ProcessInfo.processInfo.processIdentifier) % 20_000 * 2
    let command = [
      "coordinator", small.configuration.path, "--listen", "tcp://127.0.0.1:\(port)", "--state",
      killed.path,
    ]
    let first = try Program.dipper.start(command)
    try first.waitFor("listening on")
    let worker = try Program.worker.start([
      "--connect", "tcp://127.0.0.1:\(port)", "--cache", small.state("cache").path,
    ])
    try waitForCheckpoint(in: killed)
    first.signal(SIGKILL)
    try first.status()
    let second = try Program.dipper.start(command)
    #expect(try second.status() == 0, "\(second.output)")
    #expect(try worker.status(within: .seconds(20)) == 0, "\(worker.output)")
    #expect(try SmallExperiment.scores(in: killed) == SmallExperiment.scores(in: undisturbed))
  }

  @Test("only the worker links LibTorch")
  func linkedLibraries() throws {
    let dipper = try Program(path: "/usr/bin/ldd").run([Program.dipper.url.path])
    let worker = try Program(path: "/usr/bin/ldd").run([Program.worker.url.path])
    #expect(dipper.status == 0 && !dipper.output.contains("torch"))
    #expect(worker.status == 0 && worker.output.contains("libtorch_cpu.so"))
    #expect(!worker.output.contains("not found"))
  }

  @Test("a job whose workers are killed is given up after three, and the reason is told")
  func killedWorkers() throws {
    let small = try SmallExperiment()
    let configuration = small.folder.appending(path: "long.yaml")
    try """
    name: long
    datasets: [{phantom: {kind: chest, size: 64, train: 2, test: 1}}]
    methods: [M4]
    preparation: {size: 64}
    training: {epochs: 100000, checkpoint_every: 100000}
    """.write(to: configuration, atomically: true, encoding: .utf8)
    let out = small.state("out").path
    let worker = small.folder.appending(path: "killed-worker")
    // Kills itself as soon as its log tells of an attempt.
    try """
    #!/bin/sh
    attempts() { grep -c ': attempt' '\(out)/logs/worker-1.log'; }
    before=$(attempts)
    (
      while [ "$(attempts)" -eq "$before" ]; do kill -0 $$ || exit; done
      kill -KILL $$
    ) >/dev/null 2>&1 </dev/null &
    exec '\(Program.worker.url.path)' "$@"
    """.write(to: worker, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: worker.path)
    let run = try Program.dipper.run(
      ["run", configuration.path, "--out", out, "--worker", worker.path])
    #expect(run.status == 1, "\(run.output)")
    #expect(run.output.contains("signal 9 (SIGKILL)"), "\(run.output)")
    let told = try Program.dipper.run("explain", "chest M4 train", out).output
    #expect(told.contains("attempt 3 lost") && !told.contains("attempt 4"), "\(told)")
    #expect(told.contains("3 workers in a row") && told.contains("memory is short"), "\(told)")
  }
}
