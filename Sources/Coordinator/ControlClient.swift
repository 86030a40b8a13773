import Foundation
import Glibc

/// Calls the coordinator that runs on a state folder of this machine.
public enum ControlClient {
  /// Seconds for an answer: more than the coordinator takes.
  private static let patience = 40

  /// The coordinator's answer, or nil where none runs on `folder`.
  ///
  /// - Throws: `CoordinatorError` of code `state`.
  public static func call(_ call: ControlCall, in folder: URL) throws -> ControlAnswer? {
    guard let descriptor = try ControlSocket.connect(in: folder) else { return nil }
    defer { close(descriptor) }
    ControlSocket.limitPatience(descriptor, seconds: patience)
    ControlSocket.writeLine(try JSONEncoder().encode(call), to: descriptor)
    guard let line = ControlSocket.readLine(descriptor),
      let answer = try? JSONDecoder().decode(ControlAnswer.self, from: line)
    else {
      throw CoordinatorError(
        .state, "the coordinator of \(folder.path) gave no answer; it may just have ended")
    }
    return answer
  }
}
