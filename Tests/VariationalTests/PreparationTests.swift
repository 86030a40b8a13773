import Errors
import Foundation
import Imaging
import Jobs
import TestSupport
import Testing
import Variational

/// Prepares cases from the bytes of files, in a process without LibTorch.
struct PreparationTests {
  private let phantom: Phantom
  private let image: Data
  private let markers: Data

  init() throws {
    phantom = try Phantom.chest(size: 64, noise: 0.02, seed: 1)
    image = try phantom.image.encodedNIfTI(compressed: false)
    markers = phantom.markers.encoded()
  }

  private func prepared(
    image: Data, markers: Data, preparation: Preparation = Preparation()
  ) throws -> PreparedCase {
    try PreparedCase(
      image: image, markers: markers, name: "chest", preparation: preparation,
      energy: EnergyParameters())
  }

  @Test("the fields of a case are on the computing grid and in their ranges")
  func fieldsAreInRange() throws {
    var preparation = Preparation()
    preparation.size = 96
    preparation.regionOfInterest = 3
    let prepared = try prepared(image: image, markers: markers, preparation: preparation)
    for field in [prepared.image, prepared.distance, prepared.dataTerm, prepared.edge] {
      #expect(field.width == 96 && field.height == 96)
    }
    #expect(prepared.image.pixels.min() == 0 && prepared.image.pixels.max() == 1)
    #expect(prepared.distance.pixels.min() == 0 && prepared.distance.pixels.max() == 1)
    #expect(prepared.edge.pixels.allSatisfy { $0 > 0 && $0 <= 1 })
    #expect(prepared.markers.area > 0)
  }

  @Test("the data term weighs fitting term and geodesic distance, equation (5)")
  func dataTermIsWeightedSum() throws {
    let prepared = try prepared(image: image, markers: markers)
    let c1 = meanIntensity(of: prepared.image, inside: prepared.markers)
    let window = FittingWindow(otsu: 3, of: prepared.image, mean: c1, smallest: 0.05)
    let phi = fittingTerm(prepared.image, mean: c1, window: window)
    let expected = zip(phi.pixels, prepared.distance.pixels).map {
      Float(Double($0) + 3 * Double($1))
    }
    #expect(prepared.dataTerm.pixels == expected)
  }

  @Test("a mask on the computing grid is restored to the original image's grid")
  func maskIsOnOriginalGrid() throws {
    let prepared = try prepared(image: image, markers: markers)
    var u = prepared.image
    u.pixels = prepared.markers.pixels.map { $0 ? 1 : 0 }
    let mask = prepared.mask(from: u)
    #expect(mask.width == 64 && mask.height == 64 && mask.area > 0)
  }

  @Test(
    "files that cannot be used are named with the case",
    arguments: [
      ("not an image", nil), (nil, "{\"points\": []}"),
      (nil, "{\"points\": [[1, 1], [5, 1], [500, 5]]}"), (nil, "no markers"),
    ] as [(String?, String?)])
  func unusableFilesAreReported(image text: String?, markers points: String?) throws {
    let error = #expect(throws: DipperError.self) {
      try prepared(
        image: text.map { Data($0.utf8) } ?? image, markers: points.map { Data($0.utf8) } ?? markers
      )
    }
    #expect(error?.code == .caseUnusable)
    #expect(error?.message == "case chest cannot be used")
    #expect(error?.cause != nil)
  }
}
