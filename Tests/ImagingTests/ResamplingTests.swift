import Imaging
import Testing

private struct Golden: Decodable {
  struct Result: Decodable {
    var width: Int
    var height: Int
    var pixels: [Double]
  }
  var width: Int
  var height: Int
  var pixels: [Double]
  var results: [Result]
}

@Test func resamplingAgreesWithPillowAwayFromTheBorder() throws {
  let golden: Golden = try Fixtures.decoded("resampling.json")
  let source = Image(
    width: golden.width, height: golden.height, pixels: golden.pixels.map(Float.init))
  for result in golden.results {
    let image = source.resampled(width: result.width, height: result.height)
    // Beyond the border the edge repeats here, and Pillow has nothing there.
    for y in 2..<result.height - 2 {
      for x in 2..<result.width - 2 {
        #expect(abs(Double(image[x, y]) - result.pixels[y * result.width + x]) < 2e-6)
      }
    }
  }
}

@Test func resamplingToTheSameSizeChangesNothing() {
  let image = randomImage(width: 17, height: 9, range: -5...5, seed: 2)
  #expect(image.resampled(width: 17, height: 9) == image)
}

@Test func resamplingKeepsConstantsMeansAndTheFieldOfView() {
  let flat = Image(width: 13, height: 7, spacing: Spacing(x: 2, y: 3), value: 4.5)
  let image = flat.resampled(width: 40, height: 3)
  #expect(image.pixels.allSatisfy { abs($0 - 4.5) < 1e-6 })
  #expect(abs(image.spacing.x * 40 - 26) < 1e-12 && abs(image.spacing.y * 3 - 21) < 1e-12)
  let noise = randomImage(width: 128, height: 128, range: 0...1, seed: 3)
  let small = noise.resampled(width: 32, height: 32)
  let (before, after) = (mean(noise), mean(small))
  #expect(abs(before - after) < 0.005)
}

@Test func aRampStaysARamp() {
  let ramp = Image(width: 20, height: 1, pixels: (0..<20).map(Float.init))
  let fine = ramp.resampled(width: 40, height: 1)
  // Centres of the fine pixels in coordinates of the coarse ones.
  for x in 1..<39 { #expect(abs(fine[x, 0] - (Float(x) + 0.5) / 2 + 0.5) < 1e-6) }
}

@Test func windowMapsClipsAndKeepsTheGrid() {
  let image = Image(
    width: 5, height: 1, spacing: Spacing(x: 2, y: 3), pixels: [-200, -100, 0, 200, 999])
  let windowed = image.windowed(low: -100, high: 300)
  #expect(windowed.pixels == [0, 0, 0.25, 0.75, 1])
  #expect(windowed.spacing == image.spacing)
}

@Test func normalisedReachesFromZeroToOne() {
  let image = randomImage(width: 8, height: 8, range: -700...1200, seed: 4).normalised()
  #expect(image.pixels.min() == 0 && image.pixels.max() == 1)
  let flat = Image(width: 3, height: 2, value: 42).normalised()
  #expect(flat.pixels.allSatisfy { $0 == 0 })
}

private func mean(_ image: Image) -> Double {
  image.pixels.reduce(0) { $0 + Double($1) } / Double(image.pixels.count)
}
