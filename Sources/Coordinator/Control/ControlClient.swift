import Errors
import Foundation
import Glibc
import Runs

/// Calls the coordinator that runs on a run directory of this machine.
public enum ControlClient {
  /// The time to wait for a reply. It is longer than `ControlServer.timeout`, after which the
  /// coordinator replies that it is too busy.
  private static let timeout = Duration.seconds(40)

  /// Sends a call and returns the coordinator's reply, or nil if no coordinator runs on `folder`.
  ///
  /// - Throws: `DipperError` of code `runDirectoryUnusable` if the coordinator does not reply.
  public static func send(_ call: ControlCall, to folder: URL) throws -> ControlReply? {
    guard let descriptor = try ControlSocket.connect(in: folder) else { return nil }
    defer { close(descriptor) }
    ControlSocket.setTimeout(timeout, of: descriptor)
    ControlSocket.writeLine(try JSONEncoder().encode(call), to: descriptor)
    guard let line = ControlSocket.readLine(from: descriptor),
      let reply = try? JSONDecoder().decode(ControlReply.self, from: line)
    else {
      throw DipperError(
        .runDirectoryUnusable,
        "the coordinator of \(folder.path) gave no answer; it may just have ended")
    }
    return reply
  }
}
