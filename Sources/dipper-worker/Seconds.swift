import ArgumentParser

/// A time as it is written on the command line: a number of seconds above 0, for instance `30` or
/// `0.5`.
struct Seconds: ExpressibleByArgument, CustomStringConvertible {
  let duration: Duration
  let description: String

  init(_ seconds: Int) {
    duration = .seconds(seconds)
    description = "\(seconds)"
  }

  init?(argument: String) {
    guard let number = Double(argument), number > 0, number < 1e9 else { return nil }
    duration = .seconds(number)
    description = argument
  }
}
