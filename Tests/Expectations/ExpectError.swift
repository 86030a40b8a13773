import Errors
import Testing

/// Expects `body` to throw a `DipperError` of `domain`, and returns it for further expectations.
///
/// - Parameters:
///   - domain: The part of Dipper that the error must come from.
///   - comment: What the caller tested, printed when the expectation fails.
///   - sourceLocation: The line to which a failure is attributed. Leave it out.
///   - body: The code that must throw.
/// - Returns: The error, or nil when the expectation failed.
@discardableResult
public func expectError<Value>(
  in domain: DipperError.Domain, _ comment: @autoclosure () -> Comment? = nil,
  sourceLocation: SourceLocation = #_sourceLocation, from body: () throws -> Value
) -> DipperError? {
  let error = #expect(throws: DipperError.self, comment(), sourceLocation: sourceLocation) {
    try body()
  }
  guard let error else { return nil }
  #expect(error.domain == domain, comment(), sourceLocation: sourceLocation)
  return error.domain == domain ? error : nil
}
