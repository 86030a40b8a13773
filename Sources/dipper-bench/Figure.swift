import Foundation

/// A measured figure beside that of a peer in the same run.
struct Figure: Encodable {
  /// Unique name of the figure, for instance `step-m3-float32`.
  let name: String
  /// Dipper's value in `unit`.
  let value: Double
  /// Unit of both values, and the way in which they were taken.
  let unit: String
  /// Name of the peer, and the way in which its value was taken.
  let peer: String
  /// The peer's value in `unit`.
  let peerValue: Double

  /// `value / peerValue`: below 1 if Dipper needs less than the peer.
  var ratio: Double { value / peerValue }

  private enum CodingKeys: String, CodingKey {
    case name, value, unit, peer
    case peerValue = "peer_value"
    case ratio
  }

  init(_ name: String, value: Double, unit: String, peer: String, peerValue: Double) {
    self.name = name
    self.value = value
    self.unit = unit
    self.peer = peer
    self.peerValue = peerValue
  }

  /// Creates a figure of two times.
  ///
  /// - Parameter detail: what is appended to the name of the unit, for instance ` a job`.
  init(
    _ name: String, ours: Duration, theirs: Duration, in unit: TimeUnit, detail: String = "",
    peer: String
  ) {
    self.init(
      name, value: ours / unit.duration, unit: unit.name + detail, peer: peer,
      peerValue: theirs / unit.duration)
  }

  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(name, forKey: .name)
    try values.encode(value, forKey: .value)
    try values.encode(unit, forKey: .unit)
    try values.encode(peer, forKey: .peer)
    try values.encode(peerValue, forKey: .peerValue)
    try values.encode(ratio, forKey: .ratio)
  }

  /// Returns the figure as one line of JSON.
  func line() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }
}

/// The unit in which a figure states times.
struct TimeUnit {
  let name: String
  let duration: Duration

  static let seconds = TimeUnit(name: "s", duration: .seconds(1))
  static let milliseconds = TimeUnit(name: "ms", duration: .milliseconds(1))
  static let microseconds = TimeUnit(name: "us", duration: .microseconds(1))
}
