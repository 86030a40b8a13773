import Errors
import Expectations
import Foundation
import Imaging
import TestSupport
import Testing
import Volumes

/// Mutants of each file; more where `DIPPER_MUTANTS` says so.
private let mutants =
  ProcessInfo.processInfo.environment["DIPPER_MUTANTS"].flatMap { Int($0) } ?? 100

/// Every file, and what is in the packed ones: a change of those hardly ever reaches the header.
private func samples() throws -> [(name: String, bytes: Data)] {
  let fixtures = [
    "RAS.nii.gz", "big.nii", "gzip.nrrd", "ascii.nrrd", "plain/a.dcm", "rle/a.dcm", "jpeg.dcm",
  ]
  var files = fixtures.map { (name: $0, url: Fixtures.folder.appending(path: $0)) }
  if let native = SharedImages.folder?.appending(path: "native") {
    files += try Fixtures.expected("native.json").flatMap(\.files).map {
      (name: $0, url: native.appending(path: $0))
    }
  } else {
    print(SharedImages.skipReason("the native half of mutatedVolumesGiveAnErrorOrAVolume"))
  }
  return try files.flatMap { name, url in
    let bytes = try Data(contentsOf: url)
    let plain = try unpacked(bytes)
    return [(name, bytes)] + (plain == bytes ? [] : [("\(name), unpacked", plain)])
  }
}

@Test func mutatedVolumesGiveAnErrorOrAVolume() throws {
  for (number, (name, bytes)) in try samples().enumerated() {
    var generator = SeededGenerator(seed: UInt64(100 + number))
    // Large files take milliseconds for each mutant: fewer of them in a short run.
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

@Test func aMutatedSliceGivesAnErrorOrAVolume() throws {
  let scratch = FileManager.default.temporaryDirectory.appending(
    path: "series-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: scratch) }
  let whole = ["a", "b", "c"].map { Fixtures.folder.appending(path: "plain/\($0).dcm") }
  let bytes = try Data(contentsOf: Fixtures.folder.appending(path: "plain/d.dcm"))
  let place = try #require(bytes.range(of: Data("-10".utf8)))
  var generator = SeededGenerator(seed: 90)
  var refused = 0
  for count in 0..<mutants * 4 {
    var mutant = bytes
    if count % 2 == 0 {
      // Digits of the position, of which the geometry is made.
      let index = place.lowerBound + Int.random(in: 0..<10, using: &generator)
      mutant[index] = generator.pick(Array("0123456789.-e\\ ".utf8))
    } else {
      mutant = generator.mutated(bytes)
    }
    let file = scratch.appending(path: "it.dcm")
    try mutant.write(to: file)
    do {
      let volume = try Volume(contentsOf: whole + [file])
      #expect(volume.grid.displayed.sliceCount == 4)
    } catch let error as DipperError where error.domain == .imaging { refused += 1 }
  }
  #expect(refused > mutants)
}

@Test func truncatedVolumesAreRefused() throws {
  for name in ["RAS.nii.gz", "big.nii", "gzip.nrrd", "raw.nrrd", "plain/a.dcm", "rle/a.dcm"] {
    let bytes = try Data(contentsOf: Fixtures.folder.appending(path: name))
    for count in stride(from: 0, to: bytes.count, by: 13) {
      expectError(in: .imaging, "\(name) cut to \(count)") {
        try Volume(decoding: bytes.prefix(count), name: name)
      }
    }
  }
}

@Test func headersThatPromiseTooMuchAreRefused() throws {
  var nifti = try Data(contentsOf: Fixtures.folder.appending(path: "big.nii"))
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

/// DCMTK gives the one value of a short text at every index: once a loop without end, found by fuzzing.
@Test func aDirectionOfADamagedTypeIsNone() throws {
  let whole = try Data(contentsOf: Fixtures.folder.appending(path: "jpeg.dcm"))
  var damaged = whole
  let type = try #require(damaged.range(of: Data([0x20, 0x00, 0x37, 0x00]) + Data("DS".utf8)))
  damaged.replaceSubrange(type.upperBound - 2..<type.upperBound, with: Data("ST".utf8))
  let (one, other) = try (
    Volume(decoding: whole, name: "whole"), Volume(decoding: damaged, name: "damaged")
  )
  #expect(one.values.sorted() == other.values.sorted())
  #expect(one.grid != other.grid)
}

/// DCMTK takes memory for what a header says, 2.3 GB here, and only then looks for it: found by fuzzing.
@Test(arguments: [Data([0xe0, 0x7f, 0x10, 0x00]), Data([0x20, 0x00, 0x0e, 0x00])])
func anElementThatIsLongerThanTheFileIsRefusedBeforeItTakesMemory(tag: Data) throws {
  var damaged = try Data(contentsOf: Fixtures.folder.appending(path: "plain/a.dcm"))
  let place = try #require(damaged.range(of: tag, in: 250..<damaged.count)).upperBound
  damaged.replaceSubrange(place..<place + 4, with: [0, 0, 0, 0x90])
  let error = expectError(in: .imaging) { try Volume(decoding: damaged, name: "it") }
  #expect(error?.message.contains("longer than the rest of the file") == true)
}

/// The decoders take memory for the frames that a header speaks of, too.
@Test(arguments: ["jpeg.dcm", "rle/a.dcm"])
func framesThatCannotBeInTheirFragmentsAreRefused(name: String) throws {
  var damaged = try Data(contentsOf: Fixtures.folder.appending(path: name))
  for element in [0x10, 0x11] as [UInt8] {
    let tag = Data([0x28, 0x00, element, 0x00]) + Data("US".utf8) + Data([2, 0])
    let place = try #require(damaged.range(of: tag)).upperBound
    damaged.replaceSubrange(place..<place + 2, with: [0xff, 0x5f])
  }
  let error = expectError(in: .imaging) { try Volume(decoding: damaged, name: "it") }
  #expect(error?.message.contains("is truncated: its voxels end too early") == true)
}

/// What DCMTK leaves in the file until it is asked for comes from the right place, also out of a
/// compressed stream.
@Test(arguments: [false, true]) func aLongElementIsReadWhereItIs(isDeflated: Bool) throws {
  let (columns, rows) = (70, 61)
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

/// DCMTK stays for ever at a marker without a length before the frame header: found by fuzzing, too.
@Test(.timeLimit(.minutes(1)), arguments: [0x01, 0xd0, 0xd7] as [UInt8])
func aJPEGWithAMarkerWhereNoneCanBeIsRefused(marker: UInt8) throws {
  var damaged = try Data(contentsOf: Fixtures.folder.appending(path: "jpeg.dcm"))
  let start = try #require(damaged.range(of: Data([0xff, 0xd8, 0xff])))
  damaged.replaceSubrange(start.upperBound..<start.upperBound + 1, with: [marker])
  let error = expectError(in: .imaging) { try Volume(decoding: damaged, name: "it") }
  #expect(error?.message.contains("holds a damaged JPEG image") == true)
}

/// At the very beginning, behind markers that DCMTK steps over, and behind fill bytes.
@Test(
  .timeLimit(.minutes(1)),
  arguments: [
    [0xff, 0x01], [0xff, 0xd8, 0xff, 0x40, 0xff, 0x01], [0xff, 0xd9, 0xff, 0xff, 0x01],
  ]
    as [[UInt8]])
func aJPEGWithSuchAMarkerAnywhereBeforeItsFrameIsRefused(start: [UInt8]) throws {
  var damaged = try Data(contentsOf: Fixtures.folder.appending(path: "jpeg.dcm"))
  let place = try #require(damaged.range(of: Data([0xff, 0xd8, 0xff]))).lowerBound
  damaged.replaceSubrange(place..<place + start.count, with: start)
  let error = expectError(in: .imaging) { try Volume(decoding: damaged, name: "it") }
  #expect(error?.message.contains("holds a damaged JPEG image") == true)
}

@Test func whatIsNotReadIsRefusedWithWhatToDo() {
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
