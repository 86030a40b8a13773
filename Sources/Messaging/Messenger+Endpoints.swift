import Errors
import Foundation

extension Messenger {
  /// Listens on `endpoint` for control messages and on the next port for bulk messages.
  ///
  /// For port 0 it chooses two consecutive free ports.
  ///
  /// - Parameters:
  ///   - endpoint: the address of the control channel; the bulk channel has the next port.
  ///   - keys: the coordinator's keys. With them, messages are encrypted and only workers whose
  ///     keys are authorised are admitted. If nil, every worker is admitted.
  ///   - limits: the limits of sizes and rates.
  /// - Throws: `DipperError` of code `hostUnknown`, `endpointInUse`, `endpointUnavailable` or
  ///   `socketsUnavailable`.
  public static func serving(
    _ endpoint: Endpoint, keys: CoordinatorKeys? = nil, limits: MessagingLimits = MessagingLimits()
  ) throws -> Messenger {
    guard endpoint.port == 0 else {
      return try serving(exactly: endpoint, keys: keys, limits: limits)
    }
    for _ in 0..<64 {
      do {
        return try serving(exactly: endpoint, keys: keys, limits: limits)
      } catch let error as DipperError where error.code == .endpointInUse {
        continue  // The port after the free one is in use. The next try gets another free port.
      }
    }
    throw DipperError(
      .endpointInUse, "cannot listen on \(endpoint): no two free ports in a row; choose a port")
  }

  private static func serving(
    exactly endpoint: Endpoint, keys: CoordinatorKeys?, limits: MessagingLimits
  ) throws -> Messenger {
    let peers = SharedPeerTable(limits: limits)
    return try Messenger(.router, addressing: .peers(peers), limits: limits) { context, sockets in
      var monitors = PerChannel(both: ConnectionMonitor.none)
      monitors[.control] = .peers(peers)
      if let keys {
        // The authenticator must exist before the sockets listen: without one ZeroMQ admits every
        // key.
        let authenticator = try ZAPAuthenticator(keys.authorized, peers: peers, in: context)
        monitors[.control] = .authenticator(authenticator, peers)
        for channel in Channel.allCases { sockets[channel].requireKeys(own: keys.secret) }
      }
      let actual = try sockets[.control].bind(to: endpoint)
      _ = try sockets[.bulk].bind(to: actual.bulk)
      return (actual, monitors)
    }
  }

  /// Connects to the coordinator at `endpoint`, and connects again each time that the connection
  /// breaks.
  ///
  /// - Parameters:
  ///   - endpoint: The address of the control channel; the bulk channel has the next port.
  ///   - name: The worker's name, which must be unique. It has 1 to 255 bytes, and the first byte
  ///     is not 0.
  ///   - keys: The worker's own key and the coordinator's. Without keys the worker can connect only
  ///     to a coordinator without keys.
  ///   - limits: The limits of sizes and rates.
  /// - Throws: `DipperError` of code `workerNameInvalid`, `endpointInvalid`, `hostUnknown` or
  ///   `socketsUnavailable`.
  public static func connecting(
    to endpoint: Endpoint, as name: String, keys: WorkerKeys? = nil,
    limits: MessagingLimits = MessagingLimits()
  ) throws -> Messenger {
    guard name.isPeerName else {
      throw DipperError(.workerNameInvalid, "a worker's name must have 1 to 255 bytes: \(name)")
    }
    guard endpoint.port != 0, !endpoint.isWildcard else {
      throw DipperError(
        .endpointInvalid, "cannot connect to \(endpoint): give the coordinator's host and port")
    }
    return try Messenger(.dealer, addressing: .coordinator(from: Data(name.utf8)), limits: limits) {
      context, sockets in
      let monitors = try PerChannel(each: { channel in
        if let keys { sockets[channel].useKeys(keys) }
        return ConnectionMonitor.handshakes(
          try HandshakeMonitor(
            of: sockets[channel], connectingTo: channel == .control ? endpoint : endpoint.bulk,
            hasKeys: keys != nil, in: context))
      })
      return (endpoint, monitors)
    }
  }
}
