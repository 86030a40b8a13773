import ArgumentParser
import Dispatch
import Foundation
import Jobs
import Logging
import Messaging
import Segmentation
import Worker

struct WorkCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "work", abstract: "Join a coordinator and compute (what happens by default).",
    discussion: "Example: dipper-worker --connect tcp://127.0.0.1:7077 --cache /tmp/dipper-cache")

  @Option(help: ArgumentHelp("Where the coordinator listens.", valueName: "tcp://host:port"))
  var connect: String
  @Option(help: "Folder for images and checkpoints; workers may share it.")
  var cache: String = defaultCache
  @Option(help: "Size beyond which unused files of the cache are removed, oldest first: 500M, 8G.")
  var cacheLimit = ByteCount(8 << 30)
  @Option(help: "Folder of this machine's keys, as of `dipper keygen`.")
  var keys: String?
  @Flag(help: "Talk to a coordinator on another machine without encryption or authentication.")
  var insecure = false
  @Option(help: "The beginning of this worker's name (default: the host's name).")
  var name: String?
  @Option(help: "Seconds to wait for a coordinator that does not answer.")
  var connectTimeout: Double = 30
  @Option(help: "native, or portable: the same bits on every processor, more slowly.")
  var numerics = NumericMode.native
  @Flag(help: "Say nothing but warnings and errors.") var quiet = false
  @Flag(help: "End as soon as the process that started this one has ended.")
  var exitWithParent = false

  func validate() throws {
    guard connectTimeout > 0, connectTimeout.isFinite else {
      throw ValidationError("--connect-timeout must be a number of seconds above 0")
    }
    guard keys == nil || !insecure else {
      throw ValidationError("--keys and --insecure exclude each other")
    }
  }

  func run() async throws {
    try enter(numerics)
    let watch = exitWithParent ? watchParent() : nil
    defer { watch?.cancel() }
    let tail = LogTail()
    let log = plainLogger(level: quiet ? .warning : .info, tail: tail)
    var options = WorkerOptions(coordinator: connect, cache: URL(filePath: cache))
    (options.name, options.connectTimeout) = (name, connectTimeout)
    options.keys = try workerKeys()
    (options.cacheLimit, options.logTail) = (cacheLimit.bytes, tail)
    let clock: MonotonicClock = { Double(DispatchTime.now().uptimeNanoseconds) / 1e9 }
    let worker = try WorkerRuntime(
      options, fingerprint: try NumericsFingerprint.entries(), suffix: .random(in: 0...UInt32.max),
      computation: segmentationCore(clock: clock), clock: clock, log: log)
    let interruption = await Interruption(of: worker)
    let status = await worker.run()
    leave(status == 0 && interruption.hasHappened ? 130 : status)
  }

  /// None for a coordinator on this machine, unless they are asked for.
  private func workerKeys() throws -> WorkerKeys? {
    if let keys { return try KeyFolder(URL(filePath: keys)).workerKeys() }
    if try insecure || Endpoint(parsing: connect).isLoopback { return nil }
    do { return try KeyFolder.standard.workerKeys() } catch {
      throw MessagingError(
        .keys,
        "\(connect) is another machine: name the folder of keys that `dipper keygen` made there "
          + "with --keys, or on a network that you trust add --insecure", cause: error)
    }
  }

  private static var defaultCache: String {
    let environment = ProcessInfo.processInfo.environment
    let folder = environment["XDG_CACHE_HOME"] ?? NSHomeDirectory() + "/.cache"
    return folder + "/dipper/blobs"
  }
}

/// Ends the process without the C library's farewell: the compute thread may still be inside
/// LibTorch, whose globals that would take from under it.
func leave(_ status: Int32) -> Never {
  fflush(nil)
  _exit(status)
}

/// Ends the process once its parent is another: the one that started it has gone.
///
/// A worker that a person started has no reason to: it computes on and joins again.
private func watchParent() -> any DispatchSourceTimer {
  let parent = getppid()
  let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "parent"))
  timer.schedule(deadline: .now(), repeating: 1)
  timer.setEventHandler { if getppid() != parent || parent == 1 { leave(3) } }
  timer.resume()
  return timer
}
