import Runs
import Scheduling

/// A call that a program on the coordinator's machine sends to it through the run directory.
public enum ControlCall: Hashable, Sendable, Codable {
  /// Asks for the state of the run.
  case status
  /// Asks the coordinator to do something.
  case request(ControlRequest)
}

/// The coordinator's reply to a call: a snapshot for `status`, an answer for a request.
public struct ControlReply: Hashable, Sendable, Codable {
  /// The state of the run.
  public var snapshot: RunSnapshot?
  /// The answer to a request, or the reason why the call failed.
  public var answer: ControlAnswer?

  /// Creates a reply of a snapshot or an answer.
  public init(snapshot: RunSnapshot? = nil, answer: ControlAnswer? = nil) {
    self.snapshot = snapshot
    self.answer = answer
  }

  /// Creates the reply that a call cannot be served for `reason`.
  static func failure(_ reason: String) -> ControlReply {
    ControlReply(answer: ControlAnswer(lines: [reason], isDeclined: true))
  }
}
