import Errors
import Foundation
import Jobs
import Methods
import Runs

/// The files that reports on another configuration left in a run directory and that a reader could
/// mistake for files of this configuration.
///
/// Only files that a report must have written are considered, because users keep files of their own
/// beside them. The stored ground truths, which are never removed, tell which cases earlier reports
/// had.
struct StaleReportFiles {
  private let directory: RunDirectory
  private let cases: [CaseName]

  init(in directory: RunDirectory) {
    self.directory = directory
    cases = directory.names(in: "truth").flatMap { dataset in
      directory.names(in: "truth/\(dataset)").compactMap { file in
        file.hasSuffix(".png") ? CaseName(dataset: dataset, id: String(file.dropLast(4))) : nil
      }
    }
  }

  /// Removes masks, and the tables that not every report has, except those at these paths.
  ///
  /// - Throws: `DipperError` of code `runDirectoryUnusable`.
  func removeMasksAndTables(except written: Set<String>) throws {
    let masks = Dictionary(grouping: cases, by: \.dataset).flatMap { dataset, cases in
      directory.names(in: "masks/\(dataset)").filter(isNamedByMethod).flatMap { folder in
        cases.map { "masks/\(dataset)/\(folder)/\($0.id).png" }
      }
    }
    let tables = ["curves", "energies", "sweep"].map { "report/\($0).csv" }
    for path in masks + tables where !written.contains(path) { try directory.remove(path) }
  }

  /// Removes the panels of all other cases.
  ///
  /// - Throws: `DipperError` of code `runDirectoryUnusable`.
  func removePanels(exceptOf names: [CaseName]) throws {
    func panels(of names: [CaseName]) -> [String] {
      names.flatMap { [$0.panelPath(withFields: false), $0.panelPath(withFields: true)] }
    }
    let kept = Set(panels(of: names))
    for path in panels(of: cases) where !kept.contains(path) { try directory.remove(path) }
  }

  /// Returns true if a folder's name begins with that of a method; a setting and a seed may follow.
  private func isNamedByMethod(_ folder: String) -> Bool {
    MethodCatalogue[Method(rawValue: String(folder.prefix { $0 != "-" }))] != nil
  }
}

extension RunDirectory {
  /// Returns true if a panel of the case was drawn.
  func hasPanel(of name: CaseName) -> Bool {
    access(folder.appending(path: name.panelPath(withFields: false)).path, F_OK) == 0
  }

  /// Lists the names in a folder of the run directory; empty if it does not exist.
  fileprivate func names(in path: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder.appending(path: path).path)) ?? []
  }

  /// Removes a file if it exists, and then its folder if that is empty.
  fileprivate func remove(_ path: String) throws {
    let file = folder.appending(path: path)
    guard unlink(file.path) == 0 else {
      guard errno == ENOENT || errno == ENOTDIR else {
        let reason = String(cString: strerror(errno))
        throw DipperError(
          .runDirectoryUnusable,
          "\(file.path), of an earlier configuration, cannot be removed: \(reason)")
      }
      return
    }
    rmdir(file.deletingLastPathComponent().path)
  }
}
