import Foundation
import Imaging
import TestSupport
import Testing
import Variational

struct SweepRegionTests {
  /// A vector of pixels of a plane.
  private struct Vector: Hashable {
    var row: Int
    var column: Int
  }

  private static func vectors(_ region: SweepRegion, _ plane: Plane) -> [Vector] {
    region.runs.flatMap { run in
      stride(from: run.start, to: run.end, by: Lanes.scalarCount).map {
        Vector(row: run.row, column: ($0 - run.row * plane.stride) / Lanes.scalarCount)
      }
    }
  }

  private static func all(_ plane: Plane, _ height: Int) -> [Vector] {
    (0..<height).flatMap { row in
      (0..<plane.stride / Lanes.scalarCount).map { Vector(row: row, column: $0) }
    }
  }

  private static func isNear(_ one: Vector, _ other: Vector, _ margin: Int) -> Bool {
    max(abs(one.row - other.row), abs(one.column - other.column)) <= margin
  }

  /// By comparing every vector with every active one.
  @Test(arguments: 0..<40) func holdsTheActiveVectorsAndTheirNeighboursOnceInOrder(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let (width, height) = (
      Int.random(in: 1...50, using: &generator), Int.random(in: 1...14, using: &generator)
    )
    let plane = Plane(width: width, height: height)
    let everywhere = Self.all(plane, height)
    let active = everywhere.filter { _ in generator.chance(0.06) }
    for margin in 0...3 {
      var asked: [Vector] = []
      let region = SweepRegion(of: plane, margin: margin) { row, offset in
        let column = (offset - row * plane.stride) / Lanes.scalarCount
        asked.append(Vector(row: row, column: column))
        return active.contains(asked[asked.count - 1])
      }
      #expect(asked == everywhere)
      let expected = everywhere.filter { here in
        active.contains { Self.isNear($0, here, margin) }
      }
      #expect(Self.vectors(region, plane) == expected)
      // Neighbours of a row are one run: none ends where the next begins.
      #expect(
        zip(region.runs, region.runs.dropFirst()).allSatisfy {
          $0.row < $1.row || $0.end < $1.start
        })
      #expect(region.runs.allSatisfy { $0.start < $0.end })
    }
  }

  @Test(arguments: [(1, 1), (8, 3), (9, 2), (33, 7)])
  func isEmptyWhereNothingIsActiveAndFullWhereAllIs(width: Int, height: Int) {
    let plane = Plane(width: width, height: height)
    let whole = SweepRegion(allOf: plane)
    #expect(Self.vectors(whole, plane) == Self.all(plane, height))
    #expect(SweepRegion(of: plane, margin: 2) { _, _ in false }.runs.isEmpty)
    #expect(SweepRegion(of: plane, margin: 0) { _, _ in true }.runs == whole.runs)
    // One vector, and a margin that is larger than the plane.
    #expect(SweepRegion(of: plane, margin: 100) { row, i in row == 0 && i == 0 }.runs == whole.runs)
  }

  // MARK: sweeps over a part

  /// A data term that is clear over most of the plane: a few disks, and noise.
  private static func field(_ generator: inout SeededGenerator, noise: Float) -> Image {
    let (width, height) = (61, 47)
    var field = Image.random(width, height, in: -noise...noise, using: &generator)
    let disks = (0..<2).map { _ in
      (
        x: Float.random(in: 10...50, using: &generator),
        y: Float.random(in: 10...36, using: &generator),
        radius: Float.random(in: 4...9, using: &generator)
      )
    }
    for y in 0..<height {
      for x in 0..<width {
        let distance = disks.map { disk in
          let (dx, dy) = (Float(x) - disk.x, Float(y) - disk.y)
          return (dx * dx + dy * dy).squareRoot() - disk.radius
        }
        field[x, y] += min(1, max(-1, distance.min() ?? 1))
      }
    }
    return field
  }

  /// The n-step leaves out what it cannot change: the same as sweeps over all, but for rounding. One
  /// iteration at a time goes over all.
  @Test(arguments: 0..<6) func normalsAreTheSameWhereOnlyEdgesAreSwept(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let (first, second) = (
      Self.field(&generator, noise: 0), Self.field(&generator, noise: 0)
    )
    var mask = first
    mask.pixels = first.pixels.map { $0 < 0 ? 1 : 0 }
    let start = VectorField(normalsOf: mask)
    let few = NormalField(start, beta: 20, coupling: 4)
    let all = NormalField(start, beta: 20, coupling: 4)
    // The edges of one field, then those of another: what q was at the old ones must not stay.
    for field in [first, second, first] {
      var gradient = VectorField(width: field.width, height: field.height)
      gradient.setGradient(of: field.pixels.map { $0 < 0 ? 1 : 0 })
      few.improve(gradient, iterations: 60)
      for _ in 0..<60 { all.improve(gradient, iterations: 1) }
      let differences = zip(few.field.x + few.field.y, all.field.x + all.field.y).map {
        abs($0 - $1)
      }
      #expect(differences.allSatisfy { $0 < 1e-5 }, "\(differences.max() ?? 0)")
    }
  }

  /// The u-step leaves out what has come to rest: it ends at the same energy, and its bound holds.
  @Test(arguments: 0..<6) func variationIsTheSameWhereOnlyTheUnsettledIsSwept(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let weight = (0..<61 * 47).map { _ in Float.random(in: 0.5...2, using: &generator) }
    let fields = [Self.field(&generator, noise: 0.3), Self.field(&generator, noise: 0.9)]
    func solver() -> PrimalDualVariation {
      PrimalDualVariation(width: 61, height: 47, weight: weight, dataTerm: fields[0].pixels)
    }
    let (few, all) = (solver(), solver())
    for field in fields {
      few.replace(weight: weight, dataTerm: field.pixels)
      all.replace(weight: weight, dataTerm: field.pixels)
      for _ in 0..<40 { few.iterateWhereUnsettled(80) }
      all.iterate(40 * 80)
      let (one, other) = (few.certificate(), all.certificate())
      let scale = max(1, abs(other.energy))
      #expect(abs(one.energy - other.energy) < 1e-3 * scale, "\(one) \(other)")
      #expect(one.bound <= other.energy + 1e-4 * scale && other.bound <= one.energy + 1e-4 * scale)
      #expect(one.energy - one.bound < 2e-3 * scale)
    }
  }

  /// Where all is at rest but for one place, that place moves and nothing else does.
  @Test func whatIsAtRestStays() {
    let (width, height) = (64, 40)
    var r = Image(width: width, height: height, value: 1)
    let solver = PrimalDualVariation(
      width: width, height: height, weight: [Float](repeating: 0.1, count: width * height),
      dataTerm: r.pixels)
    solver.iterateWhereUnsettled(50)
    #expect(solver.u.allSatisfy { $0 == 0 })
    for y in 18..<22 { for x in 30..<34 { r[x, y] = -1 } }
    solver.replace(
      weight: [Float](repeating: 0.1, count: width * height), dataTerm: r.pixels)
    for _ in 0..<10 { solver.iterateWhereUnsettled(50) }
    let inside = (0..<width * height).filter { r.pixels[$0] < 0 }
    #expect(inside.allSatisfy { solver.u[$0] > 0.99 })
    let rest = (0..<width * height).filter { r.pixels[$0] > 0 }
    #expect(rest.allSatisfy { solver.u[$0] < 0.01 })
  }
}
