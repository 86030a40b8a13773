import Foundation
import Testing

/// Disks that fill up or refuse, bytes that change, folders that belong to others: a clear refusal,
/// and with that mended the same command goes on to the same scores.
@Suite(.serialized) struct DurabilityTests {
  private func run(_ small: SmallExperiment, in state: URL) throws -> (
    status: Int32, output: String
  ) {
    try outcome(Programs.dipper, ["run", small.configuration.path, "--out", state.path])
  }

  /// Bytes of the only mask of a solved case, where they lie.
  private func someBlob(of label: String, in state: URL) throws -> URL {
    let story = try outcome(Programs.dipper, ["explain", label, state.path]).output
    let short = try #require(story.firstMatch(of: /mask 1 ([0-9a-f]{12})/)?.output.1)
    let folder = state.appending(path: "blobs/\(short.prefix(2))")
    let name = try #require(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).first { $0.hasPrefix(short) }
    )
    return folder.appending(path: name)
  }

  @Test func damagedAndMissingResultsAreNamedAndComputedAgain() throws {
    let small = try SmallExperiment(methods: "[M2, TV]")
    let out = small.state("out")
    #expect(try run(small, in: out).status == 0)
    let scores = try SmallExperiment.scores(in: out)

    let mask = try someBlob(of: "chest TV solve chest-03", in: out)
    var bytes = try Data(contentsOf: mask)
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: mask)
    try FileManager.default.removeItem(at: someBlob(of: "chest M2 predict", in: out))
    let verified = try outcome(Programs.dipper, ["verify", out.path])
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
    #expect(try outcome(Programs.dipper, ["verify", out.path]).status == 0)
    let story = try outcome(Programs.dipper, ["explain", "chest M2 predict", out.path]).output
    #expect(story.contains("back to the queue") && story.contains("attempt 2 completed"))
  }

  @Test func aFolderOfAnotherExperimentIsRefused() throws {
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

  @Test func aLimitOnFileSizesIsAnErrorAndNotTheEnd() throws {
    let small = try SmallExperiment(methods: "[TV]")
    let out = small.state("out")
    let limited = try outcome(
      URL(filePath: "/bin/bash"),
      [
        "-c", "ulimit -f 40; exec \"$@\"", "bash", Programs.dipper.path, "run",
        small.configuration.path, "--out", out.path,
      ])
    #expect(limited.status == 2, "\(limited.output)")
    #expect(limited.output.contains(out.path), "\(limited.output)")
    let after = try run(small, in: out)
    #expect(after.status == 0, "\(after.output)")
  }

  @Test func aLogThatCannotBeWrittenEndsNoProcess() throws {
    for (program, arguments, status) in [
      (Programs.dipper, ["plan", "/nowhere.yaml"], Int32(2)),
      (Programs.worker, ["--connect", "tcp://127.0.0.1:9", "--connect-timeout", "1"], 3),
    ] {
      let shell = ["-c", "exec \"$@\" 2>/dev/full", "bash", program.path] + arguments
      #expect(try outcome(URL(filePath: "/bin/bash"), shell).status == status)
    }
  }

  /// A file system of its own for a run, or nil, with the reason printed, where none can be had.
  private func disk(_ folder: URL, kibibytes: Int) throws -> Bool {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let mounted = try outcome(
      URL(filePath: "/bin/mount"),
      ["-t", "tmpfs", "-o", "size=\(kibibytes)k", "tmpfs", folder.path])
    if mounted.status != 0 { print("skipped: no disk of its own for the test: \(mounted.output)") }
    return mounted.status == 0
  }

  private func remount(_ folder: URL, _ options: String) throws {
    let done = try outcome(
      URL(filePath: "/bin/mount"), ["-o", "remount,\(options)", folder.path])
    #expect(done.status == 0, "\(done.output)")
  }

  @Test func aFullDiskStopsTheRunAndMoreRoomLetsItGoOn() throws {
    let small = try SmallExperiment(methods: "[M2, TV]")
    let calm = small.state("calm")
    #expect(try run(small, in: calm).status == 0)
    for kibibytes in [100, 180, 260] {
      let folder = small.state("disk-\(kibibytes)")
      guard try disk(folder, kibibytes: kibibytes) else { return }
      defer { _ = try? outcome(URL(filePath: "/bin/umount"), [folder.path]) }
      let out = folder.appending(path: "run")
      let full = try run(small, in: out)
      #expect(full.status == 2, "\(kibibytes) KiB: \(full.output)")
      #expect(
        full.output.contains("No space left") || full.output.contains("is full"),
        "\(full.output)")
      try remount(folder, "size=64m")
      let more = try run(small, in: out)
      #expect(more.status == 0, "\(more.output)")
      #expect(try SmallExperiment.scores(in: out) == SmallExperiment.scores(in: calm))
    }
  }

  @Test func aReadOnlyFolderIsRefusedAndCanStillBeRead() throws {
    let small = try SmallExperiment(methods: "[TV]")
    let folder = small.state("disk")
    guard try disk(folder, kibibytes: 65_536) else { return }
    defer { _ = try? outcome(URL(filePath: "/bin/umount"), [folder.path]) }
    let out = folder.appending(path: "run")
    #expect(try run(small, in: out).status == 0)
    try remount(folder, "ro")
    let refused = try run(small, in: out)
    #expect(refused.status == 2 && refused.output.contains("Read-only"), "\(refused.output)")
    for verb in ["verify", "report"] {
      let read = try outcome(Programs.dipper, [verb, out.path])
      #expect(read.status == 0, "\(verb): \(read.output)")
    }
  }
}
