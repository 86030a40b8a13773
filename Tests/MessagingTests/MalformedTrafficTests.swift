import Foundation
import Messaging
import TestSupport
import Testing

@Suite("Traffic of other protocols") struct MalformedTrafficTests {
  @Test("bytes of other protocols never become a message")
  func otherProtocols() async throws {
    let pair = try ConnectedPair()
    defer { pair.close() }
    var generator = SeededGenerator(seed: 7)
    for trial in 0..<200 {
      let target = trial % 2 == 0 ? pair.server.endpoint : pair.server.endpoint.bulk
      try TCPClient(port: target.port).send(randomBytes(trial, using: &generator))
    }
    pair.client.send("a real message")
    #expect(await pair.server.next()?.text == "a real message")
  }
}

/// Returns bytes, some of which resemble the greetings and frames of ZeroMQ's old protocols.
private func randomBytes(_ trial: Int, using generator: inout SeededGenerator) -> [UInt8] {
  let tail = (0..<200).map { _ in UInt8.random(in: 0...255, using: &generator) }
  switch trial % 5 {
  case 0: return tail
  case 1: return Array("GET / HTTP/1.1\r\nHost: head\r\n\r\n".utf8)
  case 2: return [0x01, 0x00, 0x06, 0x00] + Array("hello".utf8) + tail
  case 3: return [0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 1, 0x05, 0, 5] + Array("hello".utf8) + tail
  default: return [UInt8](repeating: UInt8(trial & 255), count: 300)
  }
}

/// A client that speaks plain TCP.
private struct TCPClient {
  let descriptor: Int32

  init(port: Int) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
    }
    try #require(status == 0)
  }

  /// Sends bytes, waits until the other side has closed the connection, and closes it here.
  func send(_ bytes: [UInt8]) {
    _ = bytes.withUnsafeBytes {
      Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
    }
    shutdown(descriptor, Int32(SHUT_WR))
    var answer = [UInt8](repeating: 0, count: 64)
    while read(descriptor, &answer, answer.count) > 0 {}
    close(descriptor)
  }
}
