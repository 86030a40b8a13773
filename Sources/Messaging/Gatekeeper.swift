import CZeroMQ
import Foundation

/// Answers ZeroMQ's question whether the owner of a key may connect (ZAP, RFC 27).
///
/// It must listen before the sockets do; it belongs to the thread of control messages.
final class Gatekeeper {
  /// Strangers whose keys the log has been told; more are refused without a word.
  private static let mostNoted = 1000

  let handle: UnsafeMutableRawPointer
  private let context: Context
  private let authorized: AuthorizedKeys
  private let roll: PeerRoll
  private var noted: Set<PublicKey> = []

  init(_ authorized: AuthorizedKeys, roll: PeerRoll, in context: Context) throws {
    guard let handle = zmq_socket(context.handle, ZMQ_REP) else {
      throw MessagingError(.resources, "no more sockets: \(systemText(zmq_errno()))")
    }
    (self.handle, self.context, self.authorized, self.roll) = (handle, context, authorized, roll)
    guard zmq_bind(handle, "inproc://zeromq.zap.01") == 0 else {
      throw MessagingError(.resources, "no gate for keys: \(systemText(zmq_errno()))")
    }
  }

  deinit { _ = zmq_close(handle) }

  /// Answers up to `count` waiting questions; what came of them is for the log, and whether these were all.
  func answer(atMost count: Int) -> (news: [Inbound], isAll: Bool) {
    var news: [Inbound] = []
    for _ in 0..<count {
      guard let question = receiveFrames(from: handle) else { return (news, true) }
      news += answer(question)
    }
    return (news, false)
  }

  /// Frames of a question: version, its number, domain, address, the socket's id, mechanism, key.
  private func answer(_ frames: [Data]) -> [Inbound] {
    let key = frames.count == 7 && frames[5] == Data("CURVE".utf8) ? key(frames[6]) : nil
    let isAuthorized = key.map { authorized.contains($0, at: time(nil)) } ?? false
    let faults = authorized.newFaults().map { Inbound.refused(reason: "\($0); it lets nobody in") }
    guard let key, isAuthorized else {
      reply(to: frames, status: "400", text: "not authorized", user: "")
      return faults + (key.map { refused($0, from: frames[3]) } ?? [])
    }
    if roll.isBanned(key) {
      reply(to: frames, status: "400", text: "cut off", user: "")
    } else {
      reply(to: frames, status: "200", text: "OK", user: key.hex)
    }
    return faults
  }

  private func key(_ bytes: Data) -> PublicKey? {
    bytes.count == 32 ? PublicKey([UInt8](bytes)) : nil
  }

  private func refused(_ key: PublicKey, from address: Data) -> [Inbound] {
    guard noted.count < Self.mostNoted, noted.insert(key).inserted else { return [] }
    let address = String(decoding: address, as: UTF8.self)
    return [
      .refused(
        reason: "a connection from \(address) with the key \(key), which is not in "
          + "\(authorized.folder.path); to let it in, put its worker.public there under a name "
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

/// All frames of the next message, if one is there.
func receiveFrames(from handle: UnsafeMutableRawPointer) -> [Data]? {
  var frames: [Data] = []
  var more = true
  while more {
    guard let frame = Frame(receivedFrom: handle) else { return nil }
    more = frame.hasMore
    // What nobody asks for so many frames is not kept.
    if frames.count < 16 { frames.append(frame.bytes) }
  }
  return frames
}
