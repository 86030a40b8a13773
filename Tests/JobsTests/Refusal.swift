import Errors
import Jobs

/// Returns the description of the error in the domain `jobs` that `body` throws; nil if it throws
/// none.
func refusal<Value>(_ body: () throws -> Value) -> String? {
  do {
    _ = try body()
    return nil
  } catch let error as DipperError where error.domain == .jobs {
    return error.description
  } catch {
    return "not an error of the domain jobs: \(error)"
  }
}
