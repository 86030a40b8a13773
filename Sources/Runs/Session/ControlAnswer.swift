import Scheduling

/// The answer to a user's request, in lines of text.
public struct ControlAnswer: Hashable, Sendable, Codable {
  /// The lines to print, in order.
  public var lines: [String]
  /// True if the request, or a part of it, was declined.
  public var isDeclined: Bool

  /// Creates an answer of these lines.
  public init(lines: [String], isDeclined: Bool = false) {
    self.lines = lines
    self.isDeclined = isDeclined
  }

  /// Creates the answer from the notifications among the directives that followed from a request.
  package init(to directives: [CoordinatorDirective], in state: CoordinatorState) {
    let notifications = directives.compactMap { directive -> UserNotification? in
      if case .notify(let notification) = directive { notification } else { nil }
    }
    let lines = notifications.compactMap { message(for: $0, in: state) }
    self.init(
      lines: lines.isEmpty ? ["nothing had to be done"] : lines,
      isDeclined: notifications.contains { if case .declined = $0 { true } else { false } })
  }
}
