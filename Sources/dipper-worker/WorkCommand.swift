import ArgumentParser
import Dispatch
import Errors
import Foundation
import Jobs
import Logging
import Messaging
import Segmentation
import Worker

struct WorkCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "work", abstract: "Join a coordinator and compute its jobs (default).",
    discussion: "Example: dipper-worker --connect tcp://127.0.0.1:7077 --cache /tmp/dipper-cache")

  @Option(
    help: ArgumentHelp("Endpoint of the coordinator.", valueName: "tcp://host:port"))
  var connect: String
  @Option(help: "Folder for images and checkpoints; several workers may share it.")
  var cache: String = defaultCache
  @Option(help: "Size above which unused files of the cache are removed, for instance 500M or 8G.")
  var cacheLimit = ByteCount(8 << 30)
  @Option(help: "Folder of this machine's keys, made by `dipper keygen`.")
  var keys: String?
  @Flag(help: "Use no encryption and no authentication with a coordinator on another machine.")
  var insecure = false
  @Option(help: "Beginning of this worker's name (default: the name of the host).")
  var name: String?
  @Option(help: "Seconds to wait for a coordinator that does not answer.")
  var connectTimeout = Seconds(30)
  @Option(help: "Numerics: native, or portable for equal bits on every processor (slower).")
  var numerics = NumericMode.native
  @Flag(help: "Log only warnings and errors.") var quiet = false
  @Flag(help: "End as soon as the process that started this worker has ended.")
  var exitWithParent = false

  func validate() throws {
    guard keys == nil || !insecure else {
      throw ValidationError("--keys and --insecure exclude each other: drop one of them")
    }
  }

  func run() async throws {
    try restartIfNeeded(for: numerics)
    try OpenFileLimit.raise()
    let watch = exitWithParent ? watchParent() : nil
    defer { watch?.cancel() }
    let tail = LogTail()
    let log = plainLogger(level: quiet ? .warning : .info, tail: tail)
    let worker = try WorkerRuntime(
      try options(tail), fingerprint: try NumericsFingerprint.entries(),
      suffix: .random(in: 0...UInt32.max), computation: segmentationCore(clock: uptime),
      clock: uptime, log: log)
    let signals = await SignalHandler(for: worker)
    let status = await worker.run()
    endProcess(status == 0 && signals.isInterrupted ? 130 : status)
  }

  private func options(_ tail: LogTail) throws -> WorkerOptions {
    var options = WorkerOptions(coordinator: connect, cache: URL(filePath: cache))
    options.name = name
    options.connectTimeout = connectTimeout.duration
    options.keys = try workerKeys()
    options.cacheLimit = cacheLimit.bytes
    options.logTail = tail
    return options
  }

  /// Reads this machine's keys. Returns nil with `--insecure`, and for a coordinator on this
  /// machine unless `--keys` is given.
  private func workerKeys() throws -> WorkerKeys? {
    if let keys { return try KeyFolder(URL(filePath: keys)).workerKeys() }
    if try insecure || Endpoint(parsing: connect).resolved().isLoopback { return nil }
    do { return try KeyFolder.standard.workerKeys() } catch {
      throw DipperError(
        .keysInvalid,
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

/// Ends the process without running the C library's exit handlers.
///
/// The compute thread may still use LibTorch, whose global objects the handlers would destroy.
func endProcess(_ status: Int32) -> Never {
  fflush(nil)
  _exit(status)
}

/// Watches the parent process, and ends this process when its parent has ended.
///
/// This is only used for workers that `dipper run` starts. A worker that a user starts outlives its
/// shell and stays connected to its coordinator.
private func watchParent() -> any DispatchSourceTimer {
  let parent = getppid()
  let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "parent"))
  timer.schedule(deadline: .now(), repeating: 1)
  timer.setEventHandler { if getppid() != parent || parent == 1 { endProcess(3) } }
  timer.resume()
  return timer
}
