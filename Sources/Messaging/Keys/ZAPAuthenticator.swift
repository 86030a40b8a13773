import CZeroMQ
import Errors
import Foundation

/// Decides whether the owner of a key may connect. ZeroMQ asks it by the ZeroMQ Authentication
/// Protocol (ZAP, RFC 27).
///
/// It must be created before the sockets listen. Only the thread of the control channel may use it.
final class ZAPAuthenticator {
  /// The largest number of refused keys that are reported. Further keys are refused silently.
  private static let maxReportedKeys = 1000

  let handle: UnsafeMutableRawPointer
  private let context: Context
  private let authorized: AuthorizedKeys
  private let peers: SharedPeerTable
  private var reported: Set<PublicKey> = []

  init(_ authorized: AuthorizedKeys, peers: SharedPeerTable, in context: Context) throws {
    guard let handle = zmq_socket(context.handle, ZMQ_REP) else {
      throw DipperError(
        .socketsUnavailable, "the system gives no more sockets: \(errorText(zmq_errno()))")
    }
    self.handle = handle
    self.context = context
    self.authorized = authorized
    self.peers = peers
    guard zmq_bind(handle, "inproc://zeromq.zap.01") == 0 else {
      throw DipperError(
        .socketsUnavailable, "ZeroMQ cannot check keys: \(errorText(zmq_errno()))")
    }
  }

  deinit { _ = zmq_close(handle) }

  /// Answers up to `count` waiting requests.
  ///
  /// - Returns: the events for the reader, and false if more requests may wait.
  func answer(atMost count: Int) -> (events: [Inbound], isAll: Bool) {
    var events: [Inbound] = []
    for _ in 0..<count {
      guard let question = Frame.all(receivedFrom: handle) else { return (events, true) }
      events += answer(question)
    }
    return (events, false)
  }

  /// Answers one request.
  ///
  /// - Parameter frames: the version, the number of the request, the domain, the address, the
  ///   socket's identity, the mechanism and the key.
  private func answer(_ frames: [Data]) -> [Inbound] {
    let key = frames.count == 7 && frames[5] == Data("CURVE".utf8) ? key(frames[6]) : nil
    let isAuthorized = key.map { authorized.contains($0, at: time(nil)) } ?? false
    let problems = authorized.takeProblems().map {
      Inbound.refused(reason: "\($0); it admits nobody")
    }
    guard let key, isAuthorized else {
      reply(to: frames, status: "400", text: "not authorized", user: "")
      return problems + (key.map { refused($0, from: frames[3]) } ?? [])
    }
    if peers.isCutOff(key) {
      reply(to: frames, status: "400", text: "cut off", user: "")
    } else {
      reply(to: frames, status: "200", text: "OK", user: key.hex)
    }
    return problems
  }

  private func key(_ bytes: Data) -> PublicKey? {
    bytes.count == 32 ? PublicKey([UInt8](bytes)) : nil
  }

  private func refused(_ key: PublicKey, from address: Data) -> [Inbound] {
    guard reported.count < Self.maxReportedKeys, reported.insert(key).inserted else { return [] }
    let address = String(decoding: address, as: UTF8.self)
    return [
      .refused(
        reason: "a connection from \(address) with the key \(key), which is not in "
          + "\(authorized.folder.path); to admit it, put its worker.public there under a name "
          + "that ends in .public")
    ]
  }

  private func reply(to question: [Data], status: String, text: String, user: String) {
    let number = question.count > 1 ? question[1] : Data()
    let frames = [
      Data("1.0".utf8), number, Data(status.utf8), Data(text.utf8), Data(user.utf8), Data(),
    ]
    for (index, frame) in frames.enumerated() {
      let flags = ZMQ_DONTWAIT | (index < frames.count - 1 ? ZMQ_SNDMORE : 0)
      _ = frame.withUnsafeBytes { zmq_send(handle, $0.baseAddress, $0.count, flags) }
    }
  }
}
