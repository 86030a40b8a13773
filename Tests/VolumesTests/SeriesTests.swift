import Errors
import Expectations
import Foundation
import Imaging
import Jobs
import Testing
import Volumes

private let slices = ["a", "b", "c", "d"].map {
  VolumeFixtures.folder.appending(path: "plain/\($0).dcm")
}

private func refusal(_ files: [URL]) -> DipperError? {
  expectError(in: .imaging) { try Volume(contentsOf: files) }
}

@Test("the order of the files of a DICOM series does not matter") func orderOfFiles() throws {
  let volume = try Volume(contentsOf: slices)
  #expect(try Volume(contentsOf: slices.reversed()).digest == volume.digest)
}

@Test("a DICOM series with a missing slice is refused") func missingSlice() {
  // The slices a, b, c and d lie at 33, 39, 30 and 36 mm.
  let error = refusal([slices[0], slices[1], slices[2]])
  #expect(error?.code == .gridMismatch)
  #expect(error?.message.contains("one is missing or there twice") == true)
}

@Test("a DICOM series with a duplicate slice is refused") func duplicateSlice() {
  #expect(refusal(slices + [slices[1]])?.message.contains("there twice") == true)
}

@Test("the error about slices that do not fit together names them") func mismatchedSlices() {
  let prone = VolumeFixtures.folder.appending(path: "prone/a.dcm")
  let error = refusal([slices[0], prone])
  #expect(error?.message.contains("prone/a.dcm does not go with") == true)
  #expect(error?.message.contains("orientation") == true)
  let jpeg = VolumeFixtures.folder.appending(path: "jpeg.dcm")
  #expect(refusal([slices[0], jpeg])?.message.contains("another size") == true)
}

@Test("the error about a missing file names it") func missingFile() {
  let error = refusal([VolumeFixtures.folder.appending(path: "plain/e.dcm")])
  #expect(error?.code == .imageUnreadable)
  #expect(error?.message.contains("plain/e.dcm") == true)
}
