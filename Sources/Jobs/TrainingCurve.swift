import Errors
import Foundation

/// The values of a training or fit at each of its epochs.
public struct TrainingCurve: Hashable, Sendable {
  /// The values of one epoch before its step, in float32 like the networks.
  public struct Point: Hashable, Sendable {
    /// The epoch, counted from 1.
    public var epoch: Int
    /// The loss that is minimised.
    public var loss: Float
    /// The loss's data term.
    public var energy: Float
    /// The data term's share of its lower bound, at most 1.
    public var fit: Float
    /// The loss minus its data term, which is the similarity of M3 and M4 and the length of M1.
    public var regulariser: Float { loss - energy }

    /// Creates the values of one epoch.
    public init(epoch: Int, loss: Float, energy: Float, fit: Float) {
      self.epoch = epoch
      self.loss = loss
      self.energy = energy
      self.fit = fit
    }
  }

  /// The values of consecutive epochs, up to the last epoch of the training.
  public private(set) var points: [Point] = []

  /// Creates a curve without epochs.
  public init() {}

  /// Appends the next epoch.
  public mutating func append(_ point: Point) { points.append(point) }
}

// In a checkpoint a curve has three numbers for each epoch.
extension TrainingCurve {
  /// The loss, energy and fit of the first epoch, then those of the second, and so on.
  public var values: [Float] { points.flatMap { [$0.loss, $0.energy, $0.fit] } }

  /// Creates a curve from `values`, the last three of which belong to `epoch`; nil if their number
  /// is not a multiple of three or exceeds three for each epoch.
  public init?(values: [Float], upTo epoch: Int) {
    let count = values.count / 3
    guard values.count == 3 * count, count <= epoch else { return nil }
    points = (0..<count).map { index in
      Point(
        epoch: epoch - count + index + 1, loss: values[3 * index], energy: values[3 * index + 1],
        fit: values[3 * index + 2])
    }
  }
}

// As a job's output a curve is CSV; equal curves have equal bytes.
extension TrainingCurve {
  private static let heading = "epoch,loss,energy,fit"

  /// The curve as CSV, with a line for each epoch. Numbers have the fewest digits that read back as
  /// the same number.
  public var csv: Data {
    let lines = points.map { "\($0.epoch),\($0.loss),\($0.energy),\($0.fit)" }
    return Data(([Self.heading] + lines).map { $0 + "\n" }.joined().utf8)
  }

  /// Reads a curve from its CSV.
  ///
  /// - Parameters:
  ///   - csv: The bytes of the property `csv`.
  ///   - name: The name of the file for errors.
  /// - Throws: `DipperError` of code `curveMalformed` that names the line.
  public init(csv: Data, name: String) throws {
    let lines = String(decoding: csv, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.first == Self.heading[...], lines.last == "" else {
      throw DipperError(.curveMalformed, "\(name) is not the curve of a training: \(Self.heading)")
    }
    for (index, line) in lines.enumerated().dropFirst().dropLast() {
      guard let point = Point(line), points.last.map({ point.epoch == $0.epoch + 1 }) ?? true else {
        throw DipperError(.curveMalformed, "\(name):\(index + 1): not the values of the next epoch")
      }
      points.append(point)
    }
  }
}

extension TrainingCurve.Point {
  fileprivate init?(_ line: Substring) {
    let fields = line.split(separator: ",", omittingEmptySubsequences: false)
    guard fields.count == 4, let epoch = Int(fields[0]), epoch > 0 else { return nil }
    let values = fields.dropFirst().compactMap { Float($0) }.filter(\.isFinite)
    guard values.count == 3 else { return nil }
    self.init(epoch: epoch, loss: values[0], energy: values[1], fit: values[2])
  }
}
