import Foundation
import Imaging
import TestSupport
import Testing

/// Returns a rotation by random angles about the three axes.
private func randomSteps(_ generator: inout SeededGenerator) -> [SIMD3<Double>] {
  func rotated(_ vector: SIMD3<Double>, by angle: Double, about axis: Int) -> SIMD3<Double> {
    let one = (axis + 1) % 3
    let two = (axis + 2) % 3
    var turned = vector
    turned[one] = vector[one] * cos(angle) - vector[two] * sin(angle)
    turned[two] = vector[one] * sin(angle) + vector[two] * cos(angle)
    return turned
  }
  let angles = (0..<3).map { _ in Double.random(in: -3...3, using: &generator) }
  return (0..<3).map { axis in
    var step = SIMD3<Double>.zero
    step[axis] = Double.random(in: 0.3...4, using: &generator)
    return (0..<3).reduce(step) { rotated($0, by: angles[$1], about: $1) }
  }
}

/// A volume of voxels that all differ, on a random grid.
private func randomVolume(_ generator: inout SeededGenerator) -> Volume {
  let size = SIMD3(
    Int.random(in: 2...5, using: &generator), Int.random(in: 2...5, using: &generator),
    Int.random(in: 2...5, using: &generator))
  let origin = SIMD3(
    Double.random(in: -300...300, using: &generator),
    Double.random(in: -300...300, using: &generator), 12)
  let grid = VolumeGrid(size: size, steps: randomSteps(&generator), origin: origin)
  let values = (0..<UInt16(size.x * size.y * size.z)).map { $0 }
  return Volume(grid: grid, type: .uint16, samples: values.withUnsafeBytes { Data($0) })
}

@Test(
  "every plane shows each voxel once, at its position in the patient", arguments: Plane.allCases)
func planesKeepPositions(plane: Plane) throws {
  var generator = SeededGenerator(seed: 4)
  for _ in 0..<50 {
    let volume = randomVolume(&generator)
    let shown = volume.cut(plane)
    let size = volume.grid.size
    var seen: Set<Int> = []
    for slice in 0..<shown.grid.sliceCount {
      let image = shown.slice(slice)
      for y in 0..<image.height {
        for x in 0..<image.width {
          let raw = Int(image[x, y])
          seen.insert(raw)
          let index = SIMD3(raw % size.x, raw / size.x % size.y, raw / size.x / size.y)
          let expected = (0..<3).reduce(volume.grid.origin) {
            $0 + volume.grid.steps[$1] * Double(index[$1])
          }
          let found = shown.grid.position(ofDisplayed: SIMD3(x, y, slice))
          #expect((found - expected).max() < 1e-9 && (expected - found).max() < 1e-9)
        }
      }
    }
    #expect(seen.count == size.x * size.y * size.z)
  }
}

@Test("the grid of a slice lies where the slice lies in its volume") func sliceGrids() {
  var generator = SeededGenerator(seed: 5)
  for _ in 0..<50 {
    let grid = randomVolume(&generator).grid
    for index in 0..<grid.sliceCount {
      let slice = grid.slice(index)
      #expect(slice.sliceCount == 1 && slice.plane == grid.plane)
      let last = SIMD3(slice.width - 1, slice.height - 1, 0)
      let expected = grid.position(ofDisplayed: last &+ SIMD3(0, 0, index))
      let distance = slice.position(ofDisplayed: last) - expected
      #expect(abs(distance.x) + abs(distance.y) + abs(distance.z) < 1e-9)
    }
  }
}

@Test("the planes run as radiologists show them") func displayDirections() {
  let grid = VolumeGrid(
    size: SIMD3(3, 4, 5), steps: [SIMD3(1, 0, 0), SIMD3(0, 1, 0), SIMD3(0, 0, 1)],
    origin: .zero)
  let corners: [Plane: SIMD3<Double>] = [
    .axial: SIMD3(2, 3, 0), .coronal: SIMD3(2, 0, 4), .sagittal: SIMD3(0, 3, 4),
  ]
  for (plane, corner) in corners {
    #expect(grid.cut(plane).position(ofDisplayed: .zero) == corner, "\(plane)")
  }
}

@Test("slices are displayed as they were acquired") func acquiredPlanes() {
  func plane(_ size: SIMD3<Int>, spacing: SIMD3<Double>) -> Plane? {
    VolumeGrid(
      size: size,
      steps: [SIMD3(spacing.x, 0, 0), SIMD3(0, spacing.y, 0), SIMD3(0, 0, spacing.z)],
      origin: .zero
    ).plane
  }
  #expect(plane(SIMD3(64, 64, 9), spacing: SIMD3(0.8, 0.8, 5)) == .axial)
  #expect(plane(SIMD3(64, 64, 64), spacing: SIMD3(1, 1, 1)) == .axial)
  #expect(plane(SIMD3(64, 64, 64), spacing: SIMD3(0.8, 0.75, 0.8)) == .axial)
  #expect(plane(SIMD3(64, 64, 64), spacing: SIMD3(1.75, 1.25, 1.75)) == .axial)
  #expect(plane(SIMD3(9, 64, 64), spacing: SIMD3(4, 0.5, 0.5)) == .sagittal)
  #expect(plane(SIMD3(64, 9, 64), spacing: SIMD3(0.5, 4, 0.5)) == .coronal)
  #expect(plane(SIMD3(1, 64, 64), spacing: SIMD3(1, 1, 1)) == .sagittal)
  #expect(plane(SIMD3(64, 1, 64), spacing: SIMD3(1, 1, 1)) == .coronal)
}

@Test("a grid without directions is displayed in raw order, and its unknown spacing is in pixels")
func unplacedGrid() {
  let grid = VolumeGrid(size: SIMD3(3, 4, 5), geometry: .unknown)
  #expect(grid.plane == nil && !grid.geometry.isPlaced)
  #expect(grid.axes.map(\.raw) == [0, 1, 2] && !grid.axes.contains(where: \.isFlipped))
  #expect(grid.spacing == .unknown)
  #expect(grid.cut(.coronal) == grid)
  #expect(grid.slice(2).geometry == .unknown)
  #expect(VolumeGrid(size: SIMD3(3, 4, 5), spacing: SIMD3(2, 3, 1e9)).spacing == .unknown)
}

@Test("an image written at its place in the patient comes back there") func placedSlice() throws {
  var generator = SeededGenerator(seed: 6)
  for plane in Plane.allCases {
    let volume = randomVolume(&generator).cut(plane)
    let grid = volume.grid.slice(1)
    let bytes = try volume.slice(1).encodedNIfTI(on: grid, compressed: true)
    let written = try Volume(decodingNIfTI: bytes, name: "slice")
    #expect(written.slice(0).pixels == volume.slice(1).pixels)
    for corner in [SIMD3(0, 0, 0), SIMD3(grid.width - 1, grid.height - 1, 0)] {
      let difference =
        written.grid.position(ofDisplayed: corner) - grid.position(ofDisplayed: corner)
      #expect(max(difference.max(), -difference.min()) < 1e-3)
    }
  }
}
