import Experiments
import Foundation
import Scheduling

extension JournalEvent {
  /// The event's name in the journal's `kind` column.
  var kind: String {
    switch self {
    case .submitted: "submitted"
    case .leased: "leased"
    case .checkpointed: "checkpointed"
    case .completed: "completed"
    case .failed: "failed"
    case .lost: "lost"
    case .released: "released"
    case .setAside: "setAside"
    }
  }
}

/// Events as JSON with sorted keys; metrics may be infinite or no numbers.
enum EventRow {
  static func encoder() -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return encoder
  }

  static func decoder() -> JSONDecoder {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return decoder
  }
}
