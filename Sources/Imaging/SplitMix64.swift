import Foundation

/// A stream of numbers that its seed determines: SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
///
/// The distributions are implemented here, so that a change of the standard library changes no
/// phantom.
public struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// The stream of `seed`; different seeds give unrelated streams.
  public init(seed: UInt64) { state = seed }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
    return bits ^ (bits >> 31)
  }

  /// A number of the uniform distribution on `[range.lowerBound, range.upperBound)`.
  public mutating func uniform(_ range: ClosedRange<Double>) -> Double {
    let unit = Double(next() >> 11) * 0x1p-53
    return range.lowerBound + (range.upperBound - range.lowerBound) * unit
  }

  /// A number of the normal distribution with mean 0 and standard deviation 1 (Box and Muller
  /// 1958).
  public mutating func normal() -> Double {
    let radius = (-2 * log(1 - uniform(0...1))).squareRoot()
    return radius * cos(2 * .pi * uniform(0...1))
  }
}
