/// Collects the directives of one stimulus. All events are recorded at once and before any message.
struct DirectiveCollector: Sendable {
  var events: [JournalEvent] = []
  var messages: [CoordinatorDirective] = []

  mutating func drain() -> [CoordinatorDirective] {
    defer { self = DirectiveCollector() }
    return events.isEmpty ? messages : [.record(events)] + messages
  }
}
