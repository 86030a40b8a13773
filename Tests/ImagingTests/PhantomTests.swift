import Errors
import Expectations
import Imaging
import Testing

enum Anatomy: CaseIterable {
  case chest, liver

  func phantom(size: Int = 128, noise: Double = 0.03, seed: UInt64) throws -> Phantom {
    switch self {
    case .chest: try Phantom.chest(size: size, noise: noise, seed: seed)
    case .liver: try Phantom.liver(size: size, noise: noise, seed: seed)
    }
  }
}

@Test(
  "equal arguments give equal phantoms, and another seed another one", arguments: Anatomy.allCases)
func deterministic(anatomy: Anatomy) throws {
  let phantom = try anatomy.phantom(seed: 7)
  #expect(try phantom == anatomy.phantom(seed: 7))
  let other = try anatomy.phantom(seed: 8)
  #expect(other.groundTruth != phantom.groundTruth && other.image != phantom.image)
}

@Test(
  "phantoms have values in [0, 1], an object of plausible size, and markers inside it",
  arguments: Anatomy.allCases)
func plausible(anatomy: Anatomy) throws {
  for size in [32, 64, 128] {
    for seed in UInt64(0)..<30 {
      let phantom = try anatomy.phantom(size: size, seed: seed)
      #expect(phantom.image.pixels.allSatisfy { (0...1).contains($0) })
      let share = Double(phantom.groundTruth.area) / Double(size * size)
      #expect(anatomy == .chest ? (0.05...0.2).contains(share) : (0.003...0.04).contains(share))
      try phantom.markers.validate(width: size, height: size, name: "phantom")
      let markerMask = Mask(polygon: phantom.markers, width: size, height: size)
      #expect(zip(markerMask.pixels, phantom.groundTruth.pixels).allSatisfy { !$0 || $1 })
    }
  }
}

@Test("the lung is dark and on the right of the image") func lung() throws {
  for seed in UInt64(0)..<10 {
    let phantom = try Phantom.chest(size: 128, noise: 0, seed: seed)
    #expect(mean(phantom.image, in: phantom.groundTruth) < 0.25)
    let columns = phantom.groundTruth.pixels.indices.filter { phantom.groundTruth.pixels[$0] }.map {
      $0 % 128
    }
    #expect(columns.min()! >= 64)
  }
}

@Test("the lesion is slightly darker than its surroundings") func lesion() throws {
  for seed in UInt64(0)..<10 {
    let phantom = try Phantom.liver(size: 128, noise: 0, seed: seed)
    let ring = grown(phantom.groundTruth, by: 4).subtracting(grown(phantom.groundTruth, by: 2))
    let contrast = mean(phantom.image, in: ring) - mean(phantom.image, in: phantom.groundTruth)
    #expect((0.05...0.25).contains(contrast))
  }
}

@Test("the noise has the requested standard deviation") func noise() throws {
  let still = try Phantom.liver(size: 128, noise: 0, seed: 3)
  let noisy = try Phantom.liver(size: 128, noise: 0.05, seed: 3)
  #expect(still.groundTruth == noisy.groundTruth && still.markers == noisy.markers)
  // Values near 0 and 1 are left out because the noise is clipped there.
  let differences = zip(still.image.pixels, noisy.image.pixels)
    .filter { (0.3...0.7).contains($0.0) }.map { Double($0.1 - $0.0) }
  let variance = differences.reduce(0) { $0 + $1 * $1 } / Double(differences.count)
  #expect(abs(variance.squareRoot() - 0.05) < 0.003)
}

@Test("impossible sizes and noise levels are refused") func invalidArguments() {
  for (size, noise) in [(31, 0.1), (0, 0.1), (-5, 0.1), (1 << 20, 0.1), (64, -1), (64, .nan)] {
    let error = expectError(in: .imaging) {
      try Phantom.chest(size: size, noise: noise, seed: 1)
    }
    #expect(error?.code == .imageUnsupported)
  }
}

@Test("the generator gives the published reference stream") func referenceStream() {
  // These are the reference implementation's first outputs for seed 1234567 (prng.di.unimi.it).
  var generator = SplitMix64(seed: 1_234_567)
  #expect(generator.next() == 6_457_827_717_110_365_317)
  #expect(generator.next() == 3_203_168_211_198_807_973)
}

private func mean(_ image: Image, in mask: Mask) -> Double {
  let values = zip(image.pixels, mask.pixels).filter(\.1).map { Double($0.0) }
  return values.reduce(0, +) / Double(values.count)
}

private func grown(_ mask: Mask, by radius: Int) -> Mask {
  var result = mask
  for y in radius..<mask.height - radius {
    for x in radius..<mask.width - radius where mask[x, y] {
      for dy in -radius...radius {
        for dx in -radius...radius { result[x + dx, y + dy] = true }
      }
    }
  }
  return result
}

extension Mask {
  fileprivate func subtracting(_ other: Mask) -> Mask {
    Mask(width: width, height: height, pixels: zip(pixels, other.pixels).map { $0 && !$1 })
  }
}
