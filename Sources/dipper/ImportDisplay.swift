import Foundation
import Importing

/// Shows how an import goes on, on standard error: a bar at the foot of a terminal, with what went
/// wrong above it, or a line for each volume in a log.
struct ImportDisplay {
  private let isTerminal = isatty(STDERR_FILENO) != 0

  /// Tells what became of a volume.
  func report(_ result: DatasetImport.VolumeResult, _ volume: String, _ done: Int, _ total: Int) {
    let words = describe(result, volume)
    if !isTerminal { return say("[\(done)/\(total)] \(words)") }
    if case .skipped = result { write("\r\u{1B}[K\(words)\n") }
    let filled = 30 * done / max(1, total)
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 30 - filled)
    write("\r\u{1B}[K[\(bar)] \(done)/\(total) \(volume)")
  }

  /// Leaves the terminal in order.
  func finish() { if isTerminal { write("\r\u{1B}[K") } }

  private func describe(_ result: DatasetImport.VolumeResult, _ volume: String) -> String {
    func count(_ slices: Int) -> String { "\(slices) slice\(slices == 1 ? "" : "s")" }
    switch result {
    case .imported(let slices): return "\(volume): \(count(slices))"
    case .kept(let slices): return "\(volume): \(count(slices)), as imported before"
    case .empty: return "\(volume): too little of the object in every slice"
    case .skipped(let reason):
      return (volume.isEmpty ? "" : "\(volume): ") + "skipped: \(reason)"
    }
  }

  private func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
