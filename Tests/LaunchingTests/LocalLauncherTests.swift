import Foundation
import Jobs
import Launching
import Logging
import Synchronization
import TestTraits
import Testing

@Suite("Local workers", .temporaryFolder) struct LocalLauncherTests {
  /// The deaths that a launcher has reported, and its reason to give up.
  struct Outcome {
    var deaths: [String]
    var failure: String
  }

  /// Starts one worker that is this shell script, until the launcher gives up.
  private func outcome(of script: String, restarts: Int, lost: Int = 0) async throws -> Outcome {
    let folder = try TemporaryFolder.makeSubfolder()
    let program = folder.appending(path: "worker")
    try "#!/bin/sh\n\(script)\n".write(to: program, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
    let deaths = Mutex<[String]>([])
    let (ends, end) = AsyncStream.makeStream(of: Void.self)
    let launcher = try LocalLauncher(
      executable: program, address: "tcp://127.0.0.1:9", numerics: .native,
      cache: folder.appending(path: "cache"), logs: folder.appending(path: "logs"),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, maximumRestarts: restarts,
      lostAttempts: { lost },
      onDeath: { name, reason in deaths.withLock { $0.append("\(name): \(reason)") } },
      onLastExit: { end.finish() })
    try launcher.start(1)
    for await _ in ends {}
    let failure = try #require(launcher.failure)
    return Outcome(deaths: deaths.withLock { $0 }, failure: failure)
  }

  @Test("a worker that was killed is reported with its name, the signal and short memory")
  func killed() async throws {
    let outcome = try await outcome(of: "kill -KILL $$", restarts: 2)
    #expect(outcome.deaths.count == 3)
    for death in outcome.deaths {
      #expect(death.hasPrefix("\(ProcessInfo.processInfo.hostName)-1: its process was ended by "))
      #expect(death.contains("signal 9 (SIGKILL)") && death.contains("memory is short"))
    }
    #expect(outcome.failure.contains("worker 1 was ended by signal 9 (SIGKILL)"))
  }

  @Test("workers that were lost with an attempt are replaced beyond the limit") func accounted()
    async throws
  {
    #expect(try await outcome(of: "kill -SEGV $$", restarts: 1, lost: 4).deaths.count == 6)
  }

  @Test("the signal behind the exit status of a shell is named") func wrapped() async throws {
    let outcome = try await outcome(of: "sh -c 'kill -KILL $$'; exit $?", restarts: 0)
    #expect(outcome.deaths.first?.contains("status 137, as after signal 9 (SIGKILL)") == true)
  }

  @Test("a program that cannot be loaded is not tried again, and the remedy is named")
  func unloadable() async throws {
    let outcome = try await outcome(of: "echo no libtorch_cpu.so; exit 127", restarts: 9)
    #expect(outcome.deaths.isEmpty)
    #expect(outcome.failure.contains("run Scripts/bootstrap as this user"))
    #expect(outcome.failure.contains("no libtorch_cpu.so"))
  }
}
