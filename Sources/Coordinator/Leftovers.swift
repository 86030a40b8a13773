import Experiments
import Foundation
import Jobs

/// What a run's folder holds of reports on another configuration: beside this one's files they would
/// pass for its own.
///
/// Only what a report must have written is taken for one: a person's own files lie beside them. Which
/// cases reports were about tell the truths, as these stay.
struct Leftovers {
  private let state: StateFolder
  private let cases: [CaseName]

  init(in state: StateFolder) {
    self.state = state
    cases = state.names(in: "truth").flatMap { dataset in
      state.names(in: "truth/\(dataset)").compactMap { file in
        file.hasSuffix(".png") ? CaseName(dataset: dataset, id: String(file.dropLast(4))) : nil
      }
    }
  }

  /// Removes masks, and tables that not every report has, but for those of these paths.
  ///
  /// - Throws: `CoordinatorError` of code `state`.
  func removeMasksAndTables(except written: Set<String>) throws {
    let masks = Dictionary(grouping: cases, by: \.dataset).flatMap { dataset, cases in
      state.names(in: "masks/\(dataset)").filter(isOfMethod).flatMap { folder in
        cases.map { "masks/\(dataset)/\(folder)/\($0.id).png" }
      }
    }
    let tables = ["curves", "energies", "sweep"].map { "report/\($0).csv" }
    for path in masks + tables where !written.contains(path) { try state.remove(path) }
  }

  /// Removes panels of other cases than these.
  ///
  /// - Throws: `CoordinatorError` of code `state`.
  func removePanels(except names: [CaseName]) throws {
    func panels(_ names: [CaseName]) -> [String] {
      names.flatMap { [$0.panel(withFields: false), $0.panel(withFields: true)] }
    }
    let named = Set(panels(names))
    for path in panels(cases) where !named.contains(path) { try state.remove(path) }
  }

  /// Whether a folder's name is that of a method, perhaps with a setting and a seed.
  private func isOfMethod(_ folder: String) -> Bool {
    Method(rawValue: String(folder.prefix { $0 != "-" })) != nil
  }
}

extension StateFolder {
  /// Whether a panel of a case was drawn.
  func hasPanel(of name: CaseName) -> Bool {
    access(folder.appending(path: name.panel(withFields: false)).path, F_OK) == 0
  }

  /// What lies in a folder of this one.
  fileprivate func names(in path: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder.appending(path: path).path)) ?? []
  }

  /// Removes a file, if it is there, and the folder that is empty without it.
  fileprivate func remove(_ path: String) throws {
    let file = folder.appending(path: path)
    guard unlink(file.path) == 0 else {
      guard errno == ENOENT || errno == ENOTDIR else {
        let reason = String(cString: strerror(errno))
        throw CoordinatorError(
          .state, "\(file.path), of an earlier configuration, cannot be removed: \(reason)")
      }
      return
    }
    rmdir(file.deletingLastPathComponent().path)
  }
}
