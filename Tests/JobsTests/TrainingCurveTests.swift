import Foundation
import Jobs
import TestSupport
import Testing

private func curve(from first: Int = 1, _ values: [Float]) -> TrainingCurve {
  var curve = TrainingCurve()
  for (index, value) in values.enumerated() {
    curve.append(
      TrainingCurve.Point(epoch: first + index, loss: value, energy: value / 3, fit: 1 - value))
  }
  return curve
}

@Test("a training curve is read back bit for bit") func curveRoundTrip() throws {
  var generator = SeededGenerator(seed: 8)
  let values = (0..<500).map { _ in
    Float(bitPattern: UInt32.random(in: 0...UInt32.max, using: &generator))
  }
  let one = curve(
    values.filter(\.isFinite) + [0, -0.0, .leastNonzeroMagnitude, 3e38, 1e-5, 0.1, -2])
  let read = try TrainingCurve(csv: one.csv, name: "it")
  // Positive and negative zero are equal, but their texts differ.
  #expect(read == one && read.csv == one.csv)
  let resumed = try #require(TrainingCurve(values: one.values, upTo: one.points.count))
  #expect(resumed.csv == one.csv)
  #expect(try TrainingCurve(csv: TrainingCurve().csv, name: "it") == TrainingCurve())
}

/// The curve of a checkpoint may end before its epoch but never after it.
@Test("a training curve is cut at the epoch of its checkpoint") func curveOfCheckpoint() {
  let late = curve(from: 8, [0.5, 0.25])
  #expect(TrainingCurve(values: late.values, upTo: 9) == late)
  #expect(TrainingCurve(values: late.values, upTo: 1) == nil)
  #expect(TrainingCurve(values: late.values.dropLast(), upTo: 9) == nil)
  #expect(TrainingCurve(values: [], upTo: 9) == TrainingCurve())
}

@Test(
  "text that is not a training curve is refused",
  arguments: [
    ("", "it is not the curve of a training"),
    ("epoch,loss\n1,2\n", "it is not the curve of a training"),
    ("epoch,loss,energy,fit", "it is not the curve of a training"),
    ("epoch,loss,energy,fit\n1,2,3,4", "it is not the curve of a training"),
    ("epoch,loss,energy,fit\n1,2,3\n", "it:2: "),
    ("epoch,loss,energy,fit\n0,2,3,4\n", "it:2: "),
    ("epoch,loss,energy,fit\n1,2,3,nan\n", "it:2: "),
    ("epoch,loss,energy,fit\n1,2,3,4\n1,2,3,4\n", "it:3: "),
    ("epoch,loss,energy,fit\n1,2,3,4\n3,2,3,4\n", "it:3: "),
    ("epoch,loss,energy,fit\n1,2,3,4\n\n2,2,3,4\n", "it:3: "),
  ])
func brokenCurves(text: String, part: String) {
  let message = refusal { try TrainingCurve(csv: Data(text.utf8), name: "it") }
  #expect(message?.contains(part) == true, "\(message ?? "accepted"): no `\(part)`")
}
