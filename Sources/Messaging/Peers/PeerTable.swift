import Foundation

/// The table of peers' names, with the owner and the connections of each name and the rate limit of
/// each owner.
///
/// A name belongs to the peer that used it first. It may be taken by another peer if the table is
/// full and the owner has been silent for `MessagingLimits.nameExpiry`.
struct PeerTable {
  /// The decision about a message.
  enum Admission {
    case admitted
    /// The message is not delivered. The events are for the reader.
    case rejected([Inbound])
  }

  private struct Peer {
    let owner: PeerIdentity
    var connections: [Channel: PeerConnection] = [:]
    var lastHeard: ContinuousClock.Instant
  }

  private struct Account {
    var buckets: [Channel: TokenBucket] = [:]
    var names = 0
    /// True if a rejection of this owner was reported already.
    var isReported = false
  }

  private let limits: MessagingLimits
  private var peers: [String: Peer] = [:]
  private var accounts: [PeerIdentity: Account] = [:]
  private var cutOff: Set<PeerIdentity> = []

  init(limits: MessagingLimits) { self.limits = limits }

  /// Returns the connection for messages to `name`, or nil if no such peer is known.
  func connection(of name: String, on channel: Channel) -> Data? {
    peers[name]?.connections[channel]?.name
  }

  /// Decides whether a message may be delivered under the name that it carries.
  mutating func admit(
    _ message: ReceivedMessage, on channel: Channel, at now: ContinuousClock.Instant
  ) -> Admission {
    let sender = message.sender
    guard !cutOff.contains(sender) else {
      PeerConnection(message).shutDown()
      return .rejected([])
    }
    guard takeUnits(message.payload.count, from: sender, on: channel, at: now) else {
      PeerConnection(message).shutDown()
      return .rejected(
        cutOff(sender, reason: "it sends more than \(Int(limits.rate)) messages per second"))
    }
    guard peers[message.name] != nil || register(message.name, for: sender, at: now) else {
      defer { forgetUnnamed(sender) }
      return .rejected(report(sender, reason: "it uses more names than it may"))
    }
    guard peers[message.name]?.owner == sender else {
      return .rejected(
        report(sender, reason: "it says that it is \(message.name), which belongs to another key"))
    }
    if peers[message.name]?.connections[channel]?.name != message.connection {
      peers[message.name]?.connections[channel] = PeerConnection(message)
    }
    peers[message.name]?.lastHeard = now
    return .admitted
  }

  /// Returns true if the owner of a key has been cut off.
  func isCutOff(_ key: PublicKey) -> Bool { cutOff.contains(.key(key.hex)) }

  /// Disconnects the peer with this name permanently.
  mutating func cutOff(_ name: String, reason: String) -> [Inbound] {
    guard let peer = peers[name] else { return [] }
    return cutOff(peer.owner, reason: reason)
  }

  private mutating func takeUnits(
    _ bytes: Int, from owner: PeerIdentity, on channel: Channel, at now: ContinuousClock.Instant
  ) -> Bool {
    let unit = channel == .control ? limits.controlUnit : limits.bulkUnit
    let full = TokenBucket(units: limits.burst, at: now)
    return accounts[owner, default: Account()].buckets[channel, default: full].take(
      1 + Double(bytes / unit), rate: limits.rate, capacity: limits.burst, at: now)
  }

  private mutating func register(
    _ name: String, for owner: PeerIdentity, at now: ContinuousClock.Instant
  ) -> Bool {
    if isFull(for: owner) { forgetSilentPeers(at: now) }
    guard !isFull(for: owner) else { return false }
    peers[name] = Peer(owner: owner, lastHeard: now)
    accounts[owner, default: Account()].names += 1
    return true
  }

  private func isFull(for owner: PeerIdentity) -> Bool {
    peers.count >= limits.names || (accounts[owner]?.names ?? 0) >= limits.namesPerKey
  }

  private mutating func forgetSilentPeers(at now: ContinuousClock.Instant) {
    for (name, peer) in peers where now - peer.lastHeard > limits.nameExpiry {
      forget(name, of: peer.owner)
    }
  }

  private mutating func forget(_ name: String, of owner: PeerIdentity) {
    peers[name] = nil
    accounts[owner]?.names -= 1
    forgetUnnamed(owner)
  }

  /// Removes the account of a peer without a key whose name was removed. No other name shares that
  /// account.
  private mutating func forgetUnnamed(_ owner: PeerIdentity) {
    if case .name = owner { accounts[owner] = nil }
  }

  private mutating func cutOff(_ owner: PeerIdentity, reason: String) -> [Inbound] {
    // Without keys a process can use any number of names, so the memory for them must be bounded.
    if case .name = owner, cutOff.count >= limits.names { cutOff.removeAll() }
    cutOff.insert(owner)
    let names = peers.filter { $0.value.owner == owner }.keys.sorted()
    for name in names {
      for connection in (peers[name]?.connections ?? [:]).values { connection.shutDown() }
      forget(name, of: owner)
    }
    guard !names.isEmpty else { return [.refused(reason: "\(owner): \(reason)")] }
    return names.map { .cutOff(peer: $0, reason: "\(reason) (\(owner))") }
  }

  /// Returns an event for an owner's first rejection, and none for the others.
  private mutating func report(_ owner: PeerIdentity, reason: String) -> [Inbound] {
    guard accounts[owner]?.isReported == false else { return [] }
    accounts[owner]?.isReported = true
    return [.refused(reason: "\(owner): \(reason)")]
  }
}
