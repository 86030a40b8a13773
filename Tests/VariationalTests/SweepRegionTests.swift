import Foundation
import Imaging
import TestSupport
import Testing
import Variational

struct SweepRegionTests {
  /// The position of a vector of pixels in a field.
  private struct Vector: Hashable {
    var row: Int
    var column: Int
  }

  private static func vectors(of region: SweepRegion, in field: PaddedField) -> [Vector] {
    region.runs.flatMap { run in
      stride(from: run.start, to: run.end, by: PixelVector.scalarCount).map {
        Vector(row: run.row, column: ($0 - run.row * field.stride) / PixelVector.scalarCount)
      }
    }
  }

  private static func allVectors(in field: PaddedField, height: Int) -> [Vector] {
    (0..<height).flatMap { row in
      (0..<field.stride / PixelVector.scalarCount).map { Vector(row: row, column: $0) }
    }
  }

  private static func isNear(_ one: Vector, to other: Vector, margin: Int) -> Bool {
    max(abs(one.row - other.row), abs(one.column - other.column)) <= margin
  }

  /// The expected region comes from comparing every vector with every active one.
  @Test(
    "a region holds the active vectors and their neighbours once and in order", arguments: 0..<40)
  func holdsActiveVectors(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let width = Int.random(in: 1...50, using: &generator)
    let height = Int.random(in: 1...14, using: &generator)
    let field = PaddedField(width: width, height: height)
    let everywhere = Self.allVectors(in: field, height: height)
    let active = everywhere.filter { _ in generator.chance(0.06) }
    for margin in 0...3 {
      var asked: [Vector] = []
      let region = SweepRegion(of: field, margin: margin) { row, offset in
        let column = (offset - row * field.stride) / PixelVector.scalarCount
        asked.append(Vector(row: row, column: column))
        return active.contains(asked[asked.count - 1])
      }
      #expect(asked == everywhere)
      let expected = everywhere.filter { here in
        active.contains { Self.isNear($0, to: here, margin: margin) }
      }
      #expect(Self.vectors(of: region, in: field) == expected)
      // Adjacent vectors of a row form one run, so no run ends where the next begins.
      #expect(
        zip(region.runs, region.runs.dropFirst()).allSatisfy {
          $0.row < $1.row || $0.end < $1.start
        })
      #expect(region.runs.allSatisfy { $0.start < $0.end })
    }
  }

  @Test(
    "a region is empty if nothing is active and full if everything is",
    arguments: [(1, 1), (8, 3), (9, 2), (33, 7)])
  func emptyAndFull(width: Int, height: Int) {
    let field = PaddedField(width: width, height: height)
    let whole = SweepRegion(allOf: field)
    #expect(Self.vectors(of: whole, in: field) == Self.allVectors(in: field, height: height))
    #expect(SweepRegion(of: field, margin: 2) { _, _ in false }.runs.isEmpty)
    #expect(SweepRegion(of: field, margin: 0) { _, _ in true }.runs == whole.runs)
    // One active vector, with a margin larger than the field.
    #expect(SweepRegion(of: field, margin: 100) { row, i in row == 0 && i == 0 }.runs == whole.runs)
  }

  /// Makes a data term of a few disks and noise, which is unambiguous over most of the grid.
  private static func field(_ generator: inout SeededGenerator, noise: Float) -> Image {
    let width = 61
    let height = 47
    var field = Image.random(width: width, height: height, in: -noise...noise, using: &generator)
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
          let dx = Float(x) - disk.x
          let dy = Float(y) - disk.y
          return (dx * dx + dy * dy).squareRoot() - disk.radius
        }
        field[x, y] += min(1, max(-1, distance.min() ?? 1))
      }
    }
    return field
  }

  /// The reference runs one iteration at a time, which always sweeps the whole grid. The results may
  /// differ by rounding.
  @Test("the normals are the same if only edges are swept", arguments: 0..<6)
  func normalsAreUnchanged(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let first = Self.field(&generator, noise: 0)
    let second = Self.field(&generator, noise: 0)
    var mask = first
    mask.pixels = first.pixels.map { $0 < 0 ? 1 : 0 }
    let start = VectorField(normalsOf: mask)
    let few = NormalFieldSolver(start, beta: 20, coupling: 4)
    let all = NormalFieldSolver(start, beta: 20, coupling: 4)
    // The edges move from one field to another; values of q at the old edges must not remain.
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

  /// The bounds of both solvers must hold for the other one too.
  @Test("the mask step reaches the same energy if only the active set is swept", arguments: 0..<6)
  func variationIsUnchanged(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let weight = (0..<61 * 47).map { _ in Float.random(in: 0.5...2, using: &generator) }
    let fields = [Self.field(&generator, noise: 0.3), Self.field(&generator, noise: 0.9)]
    func solver() -> WeightedVariationSolver {
      WeightedVariationSolver(width: 61, height: 47, weight: weight, dataTerm: fields[0].pixels)
    }
    let few = solver()
    let all = solver()
    for field in fields {
      few.replace(weight: weight, dataTerm: field.pixels)
      all.replace(weight: weight, dataTerm: field.pixels)
      for _ in 0..<40 { few.iterateOnActiveSet(80) }
      all.iterate(40 * 80)
      let one = few.certificate()
      let other = all.certificate()
      let scale = max(1, abs(other.energy))
      #expect(abs(one.energy - other.energy) < 1e-3 * scale, "\(one) \(other)")
      #expect(one.bound <= other.energy + 1e-4 * scale && other.bound <= one.energy + 1e-4 * scale)
      #expect(one.energy - one.bound < 2e-3 * scale)
    }
  }

  /// The data term changes its sign in one small square; only that square may change.
  @Test("pixels that have converged stay as they are")
  func convergedPixelsStay() {
    let width = 64
    let height = 40
    var r = Image(width: width, height: height, value: 1)
    let solver = WeightedVariationSolver(
      width: width, height: height, weight: [Float](repeating: 0.1, count: width * height),
      dataTerm: r.pixels)
    solver.iterateOnActiveSet(50)
    #expect(solver.u.allSatisfy { $0 == 0 })
    for y in 18..<22 { for x in 30..<34 { r[x, y] = -1 } }
    solver.replace(
      weight: [Float](repeating: 0.1, count: width * height), dataTerm: r.pixels)
    for _ in 0..<10 { solver.iterateOnActiveSet(50) }
    let inside = (0..<width * height).filter { r.pixels[$0] < 0 }
    #expect(inside.allSatisfy { solver.u[$0] > 0.99 })
    let rest = (0..<width * height).filter { r.pixels[$0] > 0 }
    #expect(rest.allSatisfy { solver.u[$0] < 0.01 })
  }
}
