import Errors
import Expectations
import Foundation
import Imaging
import TestSupport
import TestTraits
import Testing

private struct Listing: Decodable {
  struct Case: Decodable {
    var id: String
    var image: String
    var groundTruth: String
    var markers: String

    enum CodingKeys: String, CodingKey {
      case id, image
      case groundTruth = "truth"
      case markers
    }
  }
  var cases: [Case]
}

@Test(
  "real images, masks and markers fit together", .requiresSharedImages,
  arguments: ["lung", "liver", "sarcoma"])
func realData(set: String) throws {
  let folder = try #require(SharedImages.folder).appending(path: set)
  let listing = try JSONDecoder().decode(
    Listing.self, from: Data(contentsOf: folder.appending(path: "dataset.json")))
  #expect(listing.cases.count >= 12)
  for one in listing.cases {
    let image = try Image(contentsOf: folder.appending(path: one.image))
    let groundTruth = try Mask(contentsOf: folder.appending(path: one.groundTruth))
    let markers = try MarkerSet(contentsOf: folder.appending(path: one.markers))
    #expect(image.width == groundTruth.width && image.height == groundTruth.height, "\(one.id)")
    #expect(Set(image.pixels).count > 16, "\(one.id)")
    try markers.validate(width: image.width, height: image.height, name: one.markers)
    let markerMask = Mask(polygon: markers, width: image.width, height: image.height)
    let inside = zip(markerMask.pixels, groundTruth.pixels).filter { $0 && $1 }.count
    #expect(groundTruth.area > 0 && Double(inside) > 0.95 * Double(markerMask.area), "\(one.id)")
  }
}

@Test("reading a real volume as an image asks for one slice", .requiresSharedImages)
func realVolumes() throws {
  let folder = try #require(SharedImages.folder).appending(path: "native")
  for file in ["volume/CT_image.nii.gz", "axes-LAS/id001-128x128x64-msk.nii.gz"] {
    let error = expectError(in: .imaging) {
      try Image(contentsOf: folder.appending(path: file))
    }
    #expect(error?.message.contains("extract one slice") == true)
  }
}
