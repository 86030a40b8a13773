import Foundation

/// Which name belongs to whom and is reached over which connections, and what each may still send.
///
/// A name belongs to whoever used it first, for as long as it is heard.
struct PeerRegister {
  /// What becomes of a message.
  enum Verdict {
    case admitted
    /// Not delivered; there may be something to tell.
    case turnedAway([Inbound])
  }

  private struct Peer {
    let holder: Holder
    var connections: [Channel: Connection] = [:]
    var heard: Double
  }

  private struct Account {
    var budgets: [Channel: Budget] = [:]
    var names = 0
    /// Whether the log knows that it was refused something.
    var isNoted = false
  }

  private let limits: MessagingLimits
  private var peers: [String: Peer] = [:]
  private var accounts: [Holder: Account] = [:]
  private var banned: Set<Holder> = []

  init(limits: MessagingLimits) { self.limits = limits }

  /// Where to send what is for `name`; nil for a stranger.
  func connection(of name: String, on channel: Channel) -> Data? {
    peers[name]?.connections[channel]?.name
  }

  /// Whether the message may be delivered under the name that it bears.
  mutating func hear(_ arrival: Arrival, on channel: Channel, at now: Double) -> Verdict {
    let holder = arrival.holder
    guard !banned.contains(holder) else {
      Connection(arrival).hangUp()
      return .turnedAway([])
    }
    guard spend(arrival.payload.count, of: holder, on: channel, at: now) else {
      Connection(arrival).hangUp()
      return .turnedAway(
        ban(holder, reason: "it sends more than \(Int(limits.rate)) messages per second"))
    }
    guard peers[arrival.name] != nil || enrol(arrival.name, holder, at: now) else {
      defer { if holder.key == nil { accounts[holder] = nil } }
      return .turnedAway(note(holder, "it uses more names than it may"))
    }
    guard peers[arrival.name]?.holder == holder else {
      return .turnedAway(
        note(holder, "it says that it is \(arrival.name), which belongs to another key"))
    }
    if peers[arrival.name]?.connections[channel]?.name != arrival.connection {
      peers[arrival.name]?.connections[channel] = Connection(arrival)
    }
    peers[arrival.name]?.heard = now
    return .admitted
  }

  /// Whether the owner of a key has been cut off.
  func isBanned(_ key: PublicKey) -> Bool { banned.contains(Holder(key: key.hex, name: "")) }

  /// Disconnects whoever is behind `name`, for good.
  mutating func cutOff(_ name: String, reason: String) -> [Inbound] {
    guard let peer = peers[name] else { return [] }
    return ban(peer.holder, reason: reason)
  }

  private mutating func spend(
    _ bytes: Int, of holder: Holder, on channel: Channel, at now: Double
  ) -> Bool {
    let unit = channel == .control ? limits.controlUnit : limits.bulkUnit
    let budget = Budget(left: limits.burst, at: now)
    return accounts[holder, default: Account()].budgets[channel, default: budget].spend(
      1 + Double(bytes / unit), rate: limits.rate, most: limits.burst, at: now)
  }

  private mutating func enrol(_ name: String, _ holder: Holder, at now: Double) -> Bool {
    if isFull(for: holder) { forgetSilent(at: now) }
    guard !isFull(for: holder) else { return false }
    peers[name] = Peer(holder: holder, heard: now)
    accounts[holder, default: Account()].names += 1
    return true
  }

  private func isFull(for holder: Holder) -> Bool {
    peers.count >= limits.peers || (accounts[holder]?.names ?? 0) >= limits.peersOfAKey
  }

  private mutating func forgetSilent(at now: Double) {
    for (name, peer) in peers where now - peer.heard > limits.silence { forget(name, peer.holder) }
  }

  private mutating func forget(_ name: String, _ holder: Holder) {
    peers[name] = nil
    accounts[holder]?.names -= 1
    // Without a key nobody else can use up this account.
    if holder.key == nil { accounts[holder] = nil }
  }

  private mutating func ban(_ holder: Holder, reason: String) -> [Inbound] {
    // Names are free where there are no keys: what is remembered of them must be bounded.
    if holder.key == nil, banned.count >= limits.peers { banned.removeAll() }
    banned.insert(holder)
    let names = peers.filter { $0.value.holder == holder }.keys.sorted()
    for name in names {
      for connection in (peers[name]?.connections ?? [:]).values { connection.hangUp() }
      forget(name, holder)
    }
    guard !names.isEmpty else { return [.refused(reason: "\(holder.description): \(reason)")] }
    return names.map { .cutOff(peer: $0, reason: "\(reason) (\(holder.description))") }
  }

  /// Tells of a holder's first refusal.
  private mutating func note(_ holder: Holder, _ reason: String) -> [Inbound] {
    guard accounts[holder]?.isNoted == false else { return [] }
    accounts[holder]?.isNoted = true
    return [.refused(reason: "\(holder.description): \(reason)")]
  }
}
