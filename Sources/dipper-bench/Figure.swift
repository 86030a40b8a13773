import Foundation

/// One measured figure beside that of a peer in the same run.
struct Figure: Encodable {
  /// For instance `step-m3-float32`.
  let name: String
  /// Ours.
  let value: Double
  /// Of both values.
  let unit: String
  /// Who is compared with, and how the values were taken.
  let peer: String
  /// The peer's.
  let peerValue: Double

  /// `value / peerValue`: below 1 is less than the peer needs.
  var ratio: Double { value / peerValue }

  private enum CodingKeys: String, CodingKey {
    case name, value, unit, peer
    case peerValue = "peer_value"
    case ratio
  }

  init(_ name: String, _ value: Double, _ unit: String, peer: String, _ peerValue: Double) {
    (self.name, self.value, self.unit) = (name, value, unit)
    (self.peer, self.peerValue) = (peer, peerValue)
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

  /// As one line of JSON.
  func line() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }
}
