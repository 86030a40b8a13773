import Errors
import Foundation
import Imaging

/// Checks that a file to be written is none of the files that a command reads, through links too.
///
/// - Parameters:
///   - out: the path of the file to be written.
///   - files: the files that are read.
/// - Throws: `DipperError` of code `imageUnwritable` that names the file.
func checkOverwritesNothing(_ out: String, among files: [URL]) throws {
  let target = resolved(URL(filePath: out))
  guard !files.contains(where: { resolved($0) == target }) else {
    throw DipperError(
      .imageUnwritable, "\(out) is an input, which the mask would replace; give another file")
  }
}

private func resolved(_ file: URL) -> String {
  file.standardizedFileURL.resolvingSymlinksInPath().path
}
