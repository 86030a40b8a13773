import Runs
import Scheduling

/// A call from a program on the coordinator's machine, sent through a socket in the run directory.
public enum ControlCall: Hashable, Sendable, Codable {
  /// Asks for the state of the run.
  case status
  /// Asks the coordinator to do something.
  case request(ControlRequest)
}

/// The coordinator's reply to a call: a snapshot to `status`, an answer to a request.
public struct ControlReply: Hashable, Sendable, Codable {
  /// The state of the run.
  public var snapshot: RunSnapshot?
  /// The answer to a request, or the reason why the call failed.
  public var answer: ControlAnswer?

  /// Creates a reply with a snapshot or an answer.
  public init(snapshot: RunSnapshot? = nil, answer: ControlAnswer? = nil) {
    self.snapshot = snapshot
    self.answer = answer
  }

  /// Creates the reply to a call that cannot be served, with the reason.
  static func failure(_ reason: String) -> ControlReply {
    ControlReply(answer: ControlAnswer(lines: [reason], isDeclined: true))
  }
}
