import Errors
import Expectations
import Foundation
import Imaging
import TestSupport
import Testing
import Volumes

/// The number of mutants of each file, from the environment variable `DIPPER_MUTANTS` or 100.
private let mutants =
  ProcessInfo.processInfo.environment["DIPPER_MUTANTS"].flatMap { Int($0) } ?? 100

/// Returns every file, and the contents of the compressed ones: a mutation of compressed bytes
/// hardly ever reaches the header.
private func samples() throws -> [(name: String, bytes: Data)] {
  let fixtures = [
    "RAS.nii.gz", "big.nii", "gzip.nrrd", "ascii.nrrd", "bzip2.nrrd", "big.mha", "packed.mha",
    "pages.tiff", "bits.tiff", "tiles.tiff", "grey.jpg", "plain/a.dcm", "rle/a.dcm", "jpeg.dcm",
    "jpeg2000.dcm",
  ]
  var files = fixtures.map { (name: $0, url: VolumeFixtures.folder.appending(path: $0)) }
  if let native = SharedImages.folder?.appending(path: "native") {
    files += try VolumeFixtures.expected("native.json").flatMap(\.files).map {
      (name: $0, url: native.appending(path: $0))
    }
  } else {
    print(SharedImages.skipReason("the real volumes of `mutated`"))
  }
  return try files.flatMap { name, url in
    let bytes = try Data(contentsOf: url)
    let plain = try unpacked(bytes)
    return [(name, bytes)] + (plain == bytes ? [] : [("\(name), unpacked", plain)])
  }
}

@Test("a mutated file gives a volume or an error") func mutated() throws {
  for (number, (name, bytes)) in try samples().enumerated() {
    var generator = SeededGenerator(seed: UInt64(100 + number))
    // Mutants of large files take milliseconds each, so a short run has fewer of them.
    let count = mutants <= 100 && bytes.count > 200_000 ? mutants / 8 : mutants
    var refused = 0
    for _ in 0..<count {
      let mutant = generator.mutated(bytes, head: bytes.isNIfTI ? 352 : 1200)
      do {
        let volume = try Volume(decoding: mutant, name: "it")
        let slice = volume.slice(volume.grid.sliceCount / 2)
        #expect(slice.pixels.count == slice.width * slice.height)
      } catch let error as DipperError where error.domain == .imaging {
        #expect(error.message.hasPrefix("it ") || error.message.contains(" it "), "\(error)")
        refused += 1
      }
    }
    #expect(refused > 0, "\(name)")
    if mutants > 100 { print("\(name): \(refused) of \(count) refused") }
  }
}

@Test("a series with a mutated slice gives a volume or an error") func mutatedSlice() throws {
  let scratch = try ScratchFolder()
  let whole = ["a", "b", "c"].map { VolumeFixtures.folder.appending(path: "plain/\($0).dcm") }
  let bytes = try Data(contentsOf: VolumeFixtures.folder.appending(path: "plain/d.dcm"))
  let offset = try #require(bytes.range(of: Data("-10".utf8)))
  var generator = SeededGenerator(seed: 90)
  var refused = 0
  for count in 0..<mutants * 4 {
    var mutant = bytes
    if count % 2 == 0 {
      // These are digits of the position, which determines the geometry.
      let index = offset.lowerBound + Int.random(in: 0..<10, using: &generator)
      mutant[index] = generator.pick(Array("0123456789.-e\\ ".utf8))
    } else {
      mutant = generator.mutated(bytes)
    }
    let file = try scratch.write(mutant, to: "it.dcm")
    do {
      let volume = try Volume(contentsOf: whole + [file])
      #expect(volume.grid.displayed.sliceCount == 4)
    } catch let error as DipperError where error.domain == .imaging { refused += 1 }
  }
  #expect(refused > mutants)
}

@Test("truncated volumes are refused") func truncated() throws {
  let names = [
    "RAS.nii.gz", "big.nii", "gzip.nrrd", "raw.nrrd", "bzip2.nrrd", "big.mha", "packed.mha",
    "plain/a.dcm", "rle/a.dcm", "jpeg2000.dcm", "grey.jpg",
  ]
  for name in names {
    let bytes = try Data(contentsOf: VolumeFixtures.folder.appending(path: name))
    for count in stride(from: 0, to: bytes.count, by: 13) {
      expectError(in: .imaging, "\(name) cut to \(count)") {
        try Volume(decoding: bytes.prefix(count), name: name)
      }
    }
  }
}

@Test("headers that claim more voxels than the file can hold are refused") func enormousHeader()
  throws
{
  var nifti = try Data(contentsOf: VolumeFixtures.folder.appending(path: "big.nii"))
  for axis in [42, 44, 46] { nifti.replaceSubrange(axis..<axis + 2, with: [0x03, 0xff]) }
  let nrrd = Data(
    """
    NRRD0004
    type: double
    dimension: 3
    sizes: 1000 1000 1000
    encoding: gzip
    endian: little

    """.utf8)
  for (bytes, reason) in [(nifti, "it is truncated"), (nrrd + Data("\n".utf8), "it is truncated")] {
    let error = expectError(in: .imaging) { try Volume(decoding: bytes, name: "it") }
    #expect(error?.message.hasPrefix(reason) == true, "\(error?.message ?? "")")
  }
}

/// DCMTK gives the one value of a short text at every index, which once caused an endless loop;
/// fuzzing found it.
@Test("a DICOM direction of a damaged type is ignored") func damagedDirection() throws {
  let whole = try Data(contentsOf: VolumeFixtures.folder.appending(path: "jpeg.dcm"))
  var damaged = whole
  let type = try #require(damaged.range(of: Data([0x20, 0x00, 0x37, 0x00]) + Data("DS".utf8)))
  damaged.replaceSubrange(type.upperBound - 2..<type.upperBound, with: Data("ST".utf8))
  let one = try Volume(decoding: whole, name: "whole")
  let other = try Volume(decoding: damaged, name: "damaged")
  #expect(one.values.sorted() == other.values.sorted())
  #expect(one.grid != other.grid)
}

/// DCMTK allocates the length that a header claims, 2.3 GB here, before it looks for the bytes;
/// fuzzing found it.
@Test(
  "a DICOM element that is longer than the file is refused before memory is allocated",
  arguments: [Data([0xe0, 0x7f, 0x10, 0x00]), Data([0x20, 0x00, 0x0e, 0x00])])
func longElement(tag: Data) throws {
  var damaged = try Data(contentsOf: VolumeFixtures.folder.appending(path: "plain/a.dcm"))
  let offset = try #require(damaged.range(of: tag, in: 250..<damaged.count)).upperBound
  damaged.replaceSubrange(offset..<offset + 4, with: [0, 0, 0, 0x90])
  let error = expectError(in: .imaging) { try Volume(decoding: damaged, name: "it") }
  #expect(error?.message.contains("longer than the rest of the file") == true)
}

/// DCMTK's decoders also allocate memory for the frames that a header claims.
@Test(
  "a DICOM header that claims more frames than its fragments can hold is refused",
  arguments: ["jpeg.dcm", "rle/a.dcm"])
func missingFrames(name: String) throws {
  var damaged = try Data(contentsOf: VolumeFixtures.folder.appending(path: name))
  for element in [0x10, 0x11] as [UInt8] {
    let tag = Data([0x28, 0x00, element, 0x00]) + Data("US".utf8) + Data([2, 0])
    let offset = try #require(damaged.range(of: tag)).upperBound
    damaged.replaceSubrange(offset..<offset + 2, with: [0xff, 0x5f])
  }
  let error = expectError(in: .imaging) { try Volume(decoding: damaged, name: "it") }
  #expect(error?.message.contains("is truncated: its voxels end too early") == true)
}

/// DCMTK leaves long elements in the file until they are requested; these must come from the right
/// offset, also out of a compressed stream.
@Test(
  "a long DICOM element is read from the right offset, also out of a deflated stream",
  arguments: [false, true]) func deferredElement(isDeflated: Bool) throws
{
  let columns = 70
  let rows = 61
  let values = (0..<columns * rows).map { Int16(truncatingIfNeeded: $0 * 7) }
  let file = HandmadeDICOM(columns: columns, rows: rows, values: values)
  let volume = try Volume(decoding: file.bytes(isDeflated: isDeflated), name: "it")
  #expect(volume.grid.width == columns && volume.grid.height == rows)
  #expect(volume.values.sorted() == values.map(Float.init).sorted())
  for count in [file.bytes(isDeflated: isDeflated).count - 100, 6000] {
    let error = expectError(in: .imaging) {
      try Volume(decoding: file.bytes(isDeflated: isDeflated).prefix(count), name: "it")
    }
    #expect(error?.message.contains("truncated") == true, "\(error?.message ?? "")")
  }
}

/// DCMTK never gets past a marker without a length before the frame header; fuzzing found it.
@Test(
  "a JPEG image with a misplaced marker is refused", .timeLimit(.minutes(1)),
  arguments: [0x01, 0xd0, 0xd7] as [UInt8])
func jpegMarker(marker: UInt8) throws {
  var damaged = try Data(contentsOf: VolumeFixtures.folder.appending(path: "jpeg.dcm"))
  let start = try #require(damaged.range(of: Data([0xff, 0xd8, 0xff])))
  damaged.replaceSubrange(start.upperBound..<start.upperBound + 1, with: [marker])
  let error = expectError(in: .imaging) { try Volume(decoding: damaged, name: "it") }
  #expect(error?.message.contains("holds a damaged JPEG image") == true)
}

/// The misplaced marker comes first, after markers that DCMTK steps over, or after fill bytes.
@Test(
  "a JPEG image with a misplaced marker anywhere before its frame header is refused",
  .timeLimit(.minutes(1)),
  arguments: [
    [0xff, 0x01], [0xff, 0xd8, 0xff, 0x40, 0xff, 0x01], [0xff, 0xd9, 0xff, 0xff, 0x01],
  ]
    as [[UInt8]])
func jpegMarkerBeforeFrame(start: [UInt8]) throws {
  var damaged = try Data(contentsOf: VolumeFixtures.folder.appending(path: "jpeg.dcm"))
  let offset = try #require(damaged.range(of: Data([0xff, 0xd8, 0xff]))).lowerBound
  damaged.replaceSubrange(offset..<offset + start.count, with: start)
  let error = expectError(in: .imaging) { try Volume(decoding: damaged, name: "it") }
  #expect(error?.message.contains("holds a damaged JPEG image") == true)
}

@Test("an NRRD header without voxels is refused with advice") func detachedNRRD() {
  let detached = Data(
    "NRRD0004\ntype: short\ndimension: 3\nsizes: 4 5 6\nencoding: raw\nendian: little\ndata file: x.raw\n\n"
      .utf8)
  let error = expectError(in: .imaging) { try Volume(decoding: detached, name: "it") }
  #expect(error?.code == .imageUnsupported)
  #expect(error?.message.contains("keeps its voxels in another file") == true)
}

extension Data {
  fileprivate var isNIfTI: Bool { count > 348 && subdata(in: 344..<346) == Data("n+".utf8) }
}
