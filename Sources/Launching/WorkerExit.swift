import Foundation

/// The way in which a worker process ended.
enum WorkerExit: Equatable, CustomStringConvertible {
  /// The worker was dismissed by the coordinator: it ended with exit status 0.
  case dismissed
  /// The worker cannot work on this machine, and another one could not either: it ended with exit
  /// status 2.
  case unable
  /// The program or a library that it needs cannot be loaded: it ended with exit status 126 or 127.
  case unloadable
  /// The worker died in another way, so a new worker may succeed.
  case died(String)

  init(_ process: Process) {
    self.init(
      status: process.terminationStatus, isSignal: process.terminationReason == .uncaughtSignal)
  }

  /// Creates the description of an end.
  ///
  /// - Parameters:
  ///   - status: the number of the signal, or the exit status.
  ///   - isSignal: true if a signal ended the process.
  init(status: Int32, isSignal: Bool) {
    switch (status, isSignal) {
    case (_, true): self = .died("was ended by \(signalText(status))")
    case (0, _): self = .dismissed
    case (2, _): self = .unable
    case (126, _), (127, _): self = .unloadable
    // A shell that starts the program reports a signal in this way.
    case (129...192, _):
      self = .died("ended with status \(status), as after \(signalText(status - 128))")
    default: self = .died("ended with status \(status)")
    }
  }

  var description: String {
    switch self {
    case .dismissed: "was dismissed"
    case .unable: "cannot work here"
    case .unloadable:
      "cannot be started: the program or a library is missing, or this user may not read it (for "
        + "LibTorch run Scripts/bootstrap as this user, and swift build again)"
    case .died(let how): how
    }
  }
}

private func signalText(_ number: Int32) -> String {
  let names: [Int32: String] = [
    SIGABRT: "SIGABRT", SIGBUS: "SIGBUS", SIGFPE: "SIGFPE", SIGHUP: "SIGHUP", SIGILL: "SIGILL",
    SIGINT: "SIGINT", SIGKILL: "SIGKILL", SIGSEGV: "SIGSEGV", SIGTERM: "SIGTERM",
  ]
  let name = names[number].map { " (\($0))" } ?? ""
  let advice =
    number == SIGKILL ? ", as the system does to a process when memory is short" : ""
  return "signal \(number)\(name)\(advice)"
}
