import ArgumentParser

/// A number of bytes as it is written on the command line, for instance `500M`, `8G` or `1000000`.
///
/// The suffixes K, M, G and T stand for powers of 1024.
struct ByteCount: ExpressibleByArgument, CustomStringConvertible {
  let bytes: Int

  init(_ bytes: Int) { self.bytes = bytes }

  init?(argument: String) {
    let powers: [Character: Int] = ["K": 10, "M": 20, "G": 30, "T": 40]
    let power = argument.uppercased().last.flatMap { powers[$0] }
    let digits = power == nil ? argument[...] : argument.dropLast()
    guard let number = Int(digits), number >= 0 else { return nil }
    let (bytes, overflows) = number.multipliedReportingOverflow(by: 1 << (power ?? 0))
    guard !overflows else { return nil }
    self.bytes = bytes
  }

  var description: String {
    bytes >= 1 << 30 && bytes % (1 << 30) == 0 ? "\(bytes >> 30)G" : "\(bytes)"
  }
}
