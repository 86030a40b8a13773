import Foundation
import Importing
import Runs

/// Shows the progress of an import on standard error. On a terminal it draws a bar and prints the
/// skipped volumes above it. In a log it prints a line for each volume.
struct ImportDisplay {
  private let isTerminal = isatty(STDERR_FILENO) != 0

  /// Shows the result of one volume.
  func report(_ result: DatasetImport.VolumeResult, of volume: String, done: Int, total: Int) {
    let text = describe(result, of: volume)
    if !isTerminal { return say("[\(done)/\(total)] \(text)") }
    switch result {
    case .skipped, .remark: write("\r\u{1B}[K\(text)\n")
    case .imported, .kept, .empty, .left: break
    }
    let filled = 30 * done / max(1, total)
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 30 - filled)
    write("\r\u{1B}[K[\(bar)] \(done)/\(total) \(volume)")
  }

  /// Shows the files that give no case and were not meant to, one line for each reason. Of more than
  /// 20 files, it shows the first ones.
  func list(_ files: [UnusedFile]) {
    for (reason, group) in Dictionary(grouping: files, by: \.reason).sorted(by: { $0.key < $1.key })
    {
      let paths = group.prefix(20).map(\.path).joined(separator: ", ")
      let more = group.count > 20 ? " and \(group.count - 20) more, all in unused.txt" : ""
      say("not used (\(reason)): \(paths)\(more)")
    }
  }

  /// Erases the bar from the terminal.
  func finish() { if isTerminal { write("\r\u{1B}[K") } }

  private func describe(_ result: DatasetImport.VolumeResult, of volume: String) -> String {
    switch result {
    case .imported(let slices): return "\(volume): \(counted(slices, "slice"))"
    case .kept(let slices): return "\(volume): \(counted(slices, "slice")), as imported before"
    case .empty: return "\(volume): too little of the object in every slice"
    case .skipped(let reason):
      return (volume.isEmpty ? "" : "\(volume): ") + "skipped: \(reason)"
    case .remark(let text): return (volume.isEmpty ? "" : "\(volume): ") + text
    case .left: return "\(volume): not taken, as --patients is reached"
    }
  }

  private func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
