import Foundation
import Jobs

/// Random values of the types that travel.
extension SeededGenerator {
  /// Returns the digest of eight random bytes.
  public mutating func digest() -> Digest {
    withUnsafeBytes(of: next()) { Digest(of: Data($0)) }
  }

  /// Returns a reference to a blob that does not exist.
  public mutating func blob() -> BlobReference {
    BlobReference(digest: digest(), size: Int.random(in: 0...1 << 30, using: &self))
  }

  /// Returns a finite number of any magnitude.
  public mutating func number() -> Double {
    let value = Double(bitPattern: next())
    return value.isFinite ? value : 0.5
  }

  /// Returns a number from 0 to `limit`.
  public mutating func number(upTo limit: Double) -> Double {
    Double.random(in: 0...limit, using: &self)
  }

  /// Returns up to twelve characters, some of them of several bytes.
  public mutating func text() -> String {
    let letters = Array("abcXYZ 0189-_.\"\\/\n\u{e9}\u{4e2d}\u{1f600}")
    return String((0..<Int.random(in: 0...12, using: &self)).map { _ in pick(letters) })
  }

  /// Returns up to four metrics.
  public mutating func metrics() -> [String: Double] {
    var values: [String: Double] = [:]
    for _ in 0..<Int.random(in: 0...4, using: &self) { values[text()] = number() }
    return values
  }

  /// Returns a job of any kind with its parameters.
  public mutating func job() -> Job {
    var job = Job.example(
      pick(JobKind.allCases), number: Int.random(in: 0...1 << 40, using: &self),
      inputs: (0..<Int.random(in: 1...3, using: &self)).map { _ in
        CaseInput(image: digest(), markers: digest())
      })
    job.edit { basis in
      basis.energy.lambda = number()
      basis.preparation.window = pick([.minmax, .range(low: -1000, high: 0.1)])
    }
    return job
  }

  /// Returns a result with up to three outputs.
  public mutating func result() -> JobResult {
    let outputs = (0..<Int.random(in: 0...3, using: &self)).map { index in
      JobOutput(
        role: pick([.weights, .curve, .mask(case: index)]), blob: blob(),
        seconds: number(upTo: 100))
    }
    return JobResult(
      outputs: outputs, metrics: metrics(), seconds: number(upTo: 9e4),
      peakMemory: Int.random(in: 0...1 << 40, using: &self),
      fingerprint: chance(0.5) ? nil : ["instructions": text()])
  }
}
