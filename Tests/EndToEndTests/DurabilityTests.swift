import Foundation
import TestTraits
import Testing

/// Full or read-only disks, damaged files and foreign folders are refused with a clear error. Once the
/// cause is repaired, the same command continues to the same scores.
@Suite(.serialized, .temporaryFolder) struct DurabilityTests {
  private func run(_ small: SmallExperiment, in state: URL) throws -> ProgramOutcome {
    try Program.dipper.run(["run", small.configuration.path, "--out", state.path])
  }

  /// Returns the file of the only mask of a job.
  private func maskFile(of label: String, in state: URL) throws -> URL {
    let story = try Program.dipper.run(["explain", label, state.path]).output
    let short = try #require(story.firstMatch(of: /mask 1 ([0-9a-f]{12})/)?.output.1)
    let folder = state.appending(path: "blobs/\(short.prefix(2))")
    let name = try #require(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).first { $0.hasPrefix(short) }
    )
    return folder.appending(path: name)
  }

  @Test("damaged and missing results are named and computed again")
  func damagedResults() throws {
    let small = try SmallExperiment(methods: "[M2, TV]")
    let out = small.state("out")
    #expect(try run(small, in: out).status == 0)
    let scores = try SmallExperiment.scores(in: out)

    let mask = try maskFile(of: "chest TV solve chest-03", in: out)
    var bytes = try Data(contentsOf: mask)
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: mask)
    try FileManager.default.removeItem(at: maskFile(of: "chest M2 predict", in: out))
    let verified = try Program.dipper.run(["verify", out.path])
    #expect(verified.status == 1)
    for fragment in [
      "result of chest TV solve chest-03", "is damaged", "result of chest M2 predict",
      "the same command computes",
    ] {
      #expect(verified.output.contains(fragment), "no `\(fragment)` in \(verified.output)")
    }
    let mended = try run(small, in: out)
    #expect(mended.status == 0, "\(mended.output)")
    #expect(mended.output.contains("chest M2 predict: its result"), "\(mended.output)")
    #expect(mended.output.contains("computed again"))
    #expect(try SmallExperiment.scores(in: out) == scores)
    #expect(try Program.dipper.run(["verify", out.path]).status == 0)
    let story = try Program.dipper.run(["explain", "chest M2 predict", out.path]).output
    #expect(story.contains("put back into the queue") && story.contains("attempt 2 completed"))
  }

  @Test("the run directory of another experiment is refused")
  func foreignFolder() throws {
    let small = try SmallExperiment(methods: "[TV]")
    let out = small.state("out")
    #expect(try run(small, in: out).status == 0)
    let yaml = try String(contentsOf: small.configuration, encoding: .utf8)
    try yaml.replacingOccurrences(of: "name: small\n", with: "name: other\n")
      .write(to: small.configuration, atomically: true, encoding: .utf8)
    let refused = try run(small, in: out)
    #expect(refused.status == 2)
    #expect(refused.output.contains("belongs to the experiment small"), "\(refused.output)")
  }

  @Test("a limit on file sizes is an error, and the run can be continued")
  func fileSizeLimit() throws {
    let small = try SmallExperiment(methods: "[TV]")
    let out = small.state("out")
    let limited = try Program(path: "/bin/bash").run([
      "-c", "ulimit -f 40; exec \"$@\"", "bash", Program.dipper.url.path, "run",
      small.configuration.path, "--out", out.path,
    ])
    #expect(limited.status == 2, "\(limited.output)")
    #expect(limited.output.contains(out.path), "\(limited.output)")
    let after = try run(small, in: out)
    #expect(after.status == 0, "\(after.output)")
  }

  @Test("a log that cannot be written ends no process")
  func unwritableLog() throws {
    for (program, arguments, status) in [
      (Program.dipper, ["plan", "/nowhere.yaml"], Int32(2)),
      (Program.worker, ["--connect", "tcp://127.0.0.1:9", "--connect-timeout", "1"], 3),
    ] {
      let shell = ["-c", "exec \"$@\" 2>/dev/full", "bash", program.url.path] + arguments
      #expect(try Program(path: "/bin/bash").run(shell).status == status)
    }
  }

  /// Mounts a file system of its own at `folder`.
  ///
  /// - Returns: false, with the reason printed, if this process may not mount one.
  private func mountDisk(at folder: URL, kibibytes: Int) throws -> Bool {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let mounted = try Program(path: "/bin/mount").run([
      "-t", "tmpfs", "-o", "size=\(kibibytes)k", "tmpfs", folder.path,
    ])
    if mounted.status != 0 {
      print("skipped: cannot mount a file system for the test: \(mounted.output)")
    }
    return mounted.status == 0
  }

  private func remount(_ folder: URL, options: String) throws {
    let done = try Program(path: "/bin/mount").run(["-o", "remount,\(options)", folder.path])
    #expect(done.status == 0, "\(done.output)")
  }

  @Test("a full disk stops the run, and with more room it continues to the same scores")
  func fullDisk() throws {
    let small = try SmallExperiment(methods: "[M2, TV]")
    let undisturbed = small.state("undisturbed")
    #expect(try run(small, in: undisturbed).status == 0)
    for kibibytes in [100, 180, 260] {
      let folder = small.state("disk-\(kibibytes)")
      guard try mountDisk(at: folder, kibibytes: kibibytes) else { return }
      defer { _ = try? Program(path: "/bin/umount").run([folder.path]) }
      let out = folder.appending(path: "run")
      let full = try run(small, in: out)
      #expect(full.status == 2, "\(kibibytes) KiB: \(full.output)")
      #expect(
        full.output.contains("No space left") || full.output.contains("is full"),
        "\(full.output)")
      try remount(folder, options: "size=64m")
      let more = try run(small, in: out)
      #expect(more.status == 0, "\(more.output)")
      #expect(try SmallExperiment.scores(in: out) == SmallExperiment.scores(in: undisturbed))
    }
  }

  @Test("a read-only run directory is refused for a run and can still be read")
  func readOnlyFolder() throws {
    let small = try SmallExperiment(methods: "[TV]")
    let folder = small.state("disk")
    guard try mountDisk(at: folder, kibibytes: 65_536) else { return }
    defer { _ = try? Program(path: "/bin/umount").run([folder.path]) }
    let out = folder.appending(path: "run")
    #expect(try run(small, in: out).status == 0)
    try remount(folder, options: "ro")
    let refused = try run(small, in: out)
    #expect(refused.status == 2 && refused.output.contains("Read-only"), "\(refused.output)")
    for verb in ["verify", "report"] {
      let read = try Program.dipper.run([verb, out.path])
      #expect(read.status == 0, "\(verb): \(read.output)")
    }
  }
}
