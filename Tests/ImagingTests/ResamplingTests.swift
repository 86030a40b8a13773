import Imaging
import Testing

private struct ResamplingGolden: Decodable {
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

@Test("resampling agrees with Pillow away from the border") func resamplingMatchesPillow() throws {
  let golden: ResamplingGolden = try ImagingFixtures.decoded("resampling.json")
  let source = Image(
    width: golden.width, height: golden.height, pixels: golden.pixels.map(Float.init))
  for result in golden.results {
    let image = source.resampled(width: result.width, height: result.height)
    // The border is left out: edge pixels repeat beyond it here, but not in Pillow.
    for y in 2..<result.height - 2 {
      for x in 2..<result.width - 2 {
        #expect(abs(Double(image[x, y]) - result.pixels[y * result.width + x]) < 2e-6)
      }
    }
  }
}

@Test("resampling to the same size changes nothing") func sameSize() {
  let image = randomImage(width: 17, height: 9, range: -5...5, seed: 2)
  #expect(image.resampled(width: 17, height: 9) == image)
}

@Test("resampling keeps constants, means and the field of view") func invariants() {
  let flat = Image(width: 13, height: 7, spacing: Spacing(x: 2, y: 3), value: 4.5)
  let image = flat.resampled(width: 40, height: 3)
  #expect(image.pixels.allSatisfy { abs($0 - 4.5) < 1e-6 })
  #expect(abs(image.spacing.x * 40 - 26) < 1e-12 && abs(image.spacing.y * 3 - 21) < 1e-12)
  let noise = randomImage(width: 128, height: 128, range: 0...1, seed: 3)
  let small = noise.resampled(width: 32, height: 32)
  #expect(abs(mean(noise) - mean(small)) < 0.005)
}

@Test("a ramp stays a ramp on a finer grid") func ramp() {
  let ramp = Image(width: 20, height: 1, pixels: (0..<20).map(Float.init))
  let fine = ramp.resampled(width: 40, height: 1)
  // The expected values are the fine pixels' centres in coordinates of the coarse grid.
  for x in 1..<39 { #expect(abs(fine[x, 0] - (Float(x) + 0.5) / 2 + 0.5) < 1e-6) }
}

@Test("an intensity window maps and clips the values and keeps the grid") func window() {
  let image = Image(
    width: 5, height: 1, spacing: Spacing(x: 2, y: 3), pixels: [-200, -100, 0, 200, 999])
  let windowed = image.windowed(low: -100, high: 300)
  #expect(windowed.pixels == [0, 0, 0.25, 0.75, 1])
  #expect(windowed.spacing == image.spacing)
}

@Test("normalised images have the range from 0 to 1") func normalised() {
  let image = randomImage(width: 8, height: 8, range: -700...1200, seed: 4).normalised()
  #expect(image.pixels.min() == 0 && image.pixels.max() == 1)
  let flat = Image(width: 3, height: 2, value: 42).normalised()
  #expect(flat.pixels.allSatisfy { $0 == 0 })
}

private func mean(_ image: Image) -> Double {
  image.pixels.reduce(0) { $0 + Double($1) } / Double(image.pixels.count)
}
