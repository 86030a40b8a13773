import Errors
import Expectations
import Foundation
import Importing
import TestSupport
import Testing

private func listing(of scratch: Scratch) throws -> FileListing {
  try FileListing(of: scratch.folder.appending(path: "in"))
}

private let dicom = Data(count: 128) + Data("DICM".utf8)

@Test("pipes, sockets, broken links and folders are named and never opened") func specialFiles()
  throws
{
  let scratch = try Scratch()
  let folder = scratch.folder.appending(path: "in").path
  try scratch.write(LiverScan().image().nifti(), to: "in/images/a.nii")
  try scratch.write(Data(), to: "in/b.nii/notes.txt")
  try scratch.write(Data(), to: "in/.hidden/a.nii")
  try scratch.write(Data(), to: "in/c.nii/c.nii")
  #expect(mkfifo("\(folder)/images/p.nii.gz", 0o600) == 0)
  #expect(mkfifo("\(folder)/dataset.json", 0o600) == 0)
  #expect(mkfifo("\(folder)/LICENSE", 0o600) == 0)
  #expect(symlink("\(folder)/nowhere", "\(folder)/images/l.nii") == 0)
  #expect(symlink("/dev/null", "\(folder)/images/n.nii") == 0)
  #expect(symlink("\(folder)/images/a.nii", "\(folder)/images/k.nii") == 0)
  let listing = try listing(of: scratch)
  #expect(listing.paths == ["b.nii/notes.txt", "c.nii/c.nii", "images/a.nii", "images/k.nii"])
  #expect(
    Set(listing.obstacles.map(\.sentence)) == [
      "images/p.nii.gz is a pipe and no file", "dataset.json is a pipe and no file",
      "LICENSE is a pipe and no file", "images/l.nii is a link that leads to no file",
      "images/n.nii is a device and no file", "b.nii is a folder and no file", ".hidden is hidden",
    ])
}

/// Expects that a file gives no case.
private func expectUnusable(_ name: String, isData: Bool, in kinds: [String: FileKind]) {
  if case .unusable(_, isData) = kinds[name] { return }
  Issue.record("\(name) is \(String(describing: kinds[name]))")
}

@Test("an image whose ending says nothing is known by its content") func sniffedImages() throws {
  let scratch = try Scratch()
  let nifti = LiverScan().image().nifti()
  let slices = ["CT.1.2.840.113": dicom, "IM0001": dicom, "a.IMA": dicom, "b.dicom": dicom]
  let volumes = [
    "scan": nifti, "scan.txt": nifti, "photo": Data([0xff, 0xd8, 0xff, 0xe0]),
    "packed": Data([0x1f, 0x8b, 8, 0]),
  ]
  for (name, bytes) in slices.merging(volumes, uniquingKeysWith: { one, _ in one }) {
    try scratch.write(bytes, to: "in/\(name)")
  }
  try scratch.write(Data([8, 0, 5, 0]) + Data(count: 200), to: "in/old")
  try scratch.write(dicom + Data("1.2.840.10008.5.1.4.1.1.66.4".utf8), to: "in/seg.dcm")
  let kinds = try listing(of: scratch).kinds
  for name in slices.keys + ["old"] { #expect(kinds[name] == .slice, "\(name)") }
  for name in volumes.keys { #expect(kinds[name] == .volume, "\(name)") }
  #expect(kinds["seg.dcm"] == .segmentation)
}

@Test("a file that is no image is known by its content") func sniffedOthers() throws {
  let scratch = try Scratch()
  let others = [
    "report": dicom + Data("1.2.840.10008.5.1.4.1.1.88.33".utf8),
    "DICOMDIR": dicom + Data("1.2.840.10008.1.3.10".utf8), "LICENSE": Data("MIT".utf8),
    "Thumbs.db": Data([0xd0, 0xcf]), "empty": Data(), "short": Data([8, 0, 5, 0]),
    "table.csv.gz": Data([0x1f, 0x8b, 8, 0]),
  ]
  for (name, bytes) in others { try scratch.write(bytes, to: "in/\(name)") }
  try scratch.write(dicom + Data("1.2.840.10008.5.1.4.1.1.481.3".utf8), to: "in/rt.dcm")
  try scratch.write(Data([0x1f, 0x8b, 8, 0]), to: "in/x.dcm.gz")
  let kinds = try listing(of: scratch).kinds
  for name in others.keys { expectUnusable(name, isData: false, in: kinds) }
  for name in ["rt.dcm", "x.dcm.gz"] { expectUnusable(name, isData: true, in: kinds) }
}

@Test("the voxels of a header belong to it") func headers() throws {
  let scratch = try Scratch()
  let files = [
    "a.hdr": "", "a.IMG": "", "b.mhd": "NDims = 3\nElementDataFile = b.zraw\n", "b.zraw": "",
    "sub/c.nhdr": "NRRD0004\ntype: short\ndata file: ../c.raw\n", "c.raw": "",
    "d.nhdr": "NRRD0004\ndata file: d%02d.raw 1 3 1\n", "d01.raw": "", "d02.raw": "", "d03.raw": "",
    "e.mhd": "NDims = 2\nElementType = MET_SHORT\nElementDataFile = LIST\ne1.raw\ne2.raw\n",
    "e1.raw": "", "e2.raw": "", "f.mhd": "NDims = 3\nElementDataFile = LOCAL\n",
    "g.mhd": "NDims = 3\nElementDataFile = g.raw\n", "h.hdr": "", "i.img": "",
  ]
  for (name, text) in files { try scratch.write(Data(text.utf8), to: "in/\(name)") }
  let kinds = try listing(of: scratch).kinds
  #expect(kinds["a.hdr"] == .header(voxels: ["a.IMG"]))
  #expect(kinds["b.mhd"] == .header(voxels: ["b.zraw"]) && kinds["b.zraw"] == .voxels)
  #expect(kinds["sub/c.nhdr"] == .header(voxels: ["c.raw"]))
  #expect(kinds["d.nhdr"] == .header(voxels: ["d01.raw", "d02.raw", "d03.raw"]))
  #expect(kinds["e.mhd"] == .header(voxels: ["e1.raw", "e2.raw"]) && kinds["e2.raw"] == .voxels)
  #expect(kinds["f.mhd"] == .volume)
  for (name, missing) in [("g.mhd", "g.raw"), ("h.hdr", "h.img")] {
    #expect(
      kinds[name]
        == .unusable("needs its voxels in \(missing), which is not there", isData: true))
  }
  expectUnusable("i.img", isData: true, in: kinds)
}

@Test("a name that is not UTF-8 is named and does not end the listing") func invalidName() throws {
  let scratch = try Scratch()
  try scratch.write(Data(), to: "in/a.nii")
  let folder = Array(scratch.folder.appending(path: "in/").path.utf8)
  let path = folder + [UInt8(ascii: "/"), 0xe9, 0x2e, 0x6e, 0x69, 0x69, 0]
  let descriptor = path.withUnsafeBytes {
    open($0.baseAddress!.assumingMemoryBound(to: CChar.self), O_CREAT | O_WRONLY, 0o600)
  }
  #expect(descriptor >= 0)
  close(descriptor)
  let listing = try listing(of: scratch)
  #expect(listing.paths == ["a.nii"])
  #expect(listing.obstacles.map(\.reason) == ["has a name that is not UTF-8; give it another one"])
}
