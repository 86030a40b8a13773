import Errors
import Expectations
import Foundation
import Importing
import Jobs
import TestSupport
import Testing

private let versionTwo = """
  {"channel_names": {"0": "CT", "1": "PET"}, "labels": {"background": 0, "liver": 1, "tumour": 2,
   "whole": [1, 2]}, "numTraining": 2, "file_ending": ".nii.gz"}
  """
private let versionOne = """
  {"modality": {"0": "CT"}, "labels": {"0": "background", "1": "liver", "2": "tumour"},
   "numTraining": 1,
   "training": [{"image": "./imagesTr/L_1.nii.gz", "label": "./labelsTr/L_1.nii.gz"}]}
  """
private let files = [
  "imagesTr/L_1_0000.nii.gz", "imagesTr/L_1_0001.nii.gz", "labelsTr/L_1.nii.gz",
  "imagesTs/L_9_0000.nii.gz", "dataset.json",
]

@Test(
  "nnU-Net's folders are read with the dataset.json of either version",
  arguments: ["nnunet", "decathlon"], [versionTwo, versionOne])
func versions(layout: String, description: String) throws {
  for folder in ["", "Dataset003_Liver/"] {
    let found = try discovered(
      by: layout, in: files.map { folder + $0 },
      descriptions: ["\(folder)dataset.json": description])
    #expect(found.volumes.map(\.id) == ["L_1"])
    #expect(found.volumes[0].image == ["\(folder)imagesTr/L_1_0000.nii.gz"])
    #expect(found.problems.isEmpty)
    #expect(
      found.unused.map(\.reason) == [
        "is a description", "holds channel 1; channel 0 is read",
        "is an image for testing, and no mask goes with it",
      ])
  }
}

@Test("the pairs that version 2 lists by case are taken") func listedCases() throws {
  let json = """
    {"labels": {"background": 0, "a": 1}, "file_ending": ".png", "dataset": {
     "c1": {"images": ["pictures/one.png"], "label": "drawn/one.png"}}}
    """
  let found = try discovered(
    by: "nnunet", in: ["pictures/one.png", "drawn/one.png", "dataset.json"],
    descriptions: ["dataset.json": json])
  #expect(found.volumes.map(\.image) == [["pictures/one.png"]])
}

@Test("two data sets in one folder are refused by name") func severalDatasets() {
  let error = expectError(in: .importing) {
    try discovered(by: "nnunet", in: ["A", "B"].flatMap { name in files.map { "\(name)/\($0)" } })
  }
  #expect(error?.message.contains("several data sets (A, B)") == true)
}

/// Imports all lesions of two liver scans in the folders of nnU-Net, by their label.
private func lesions(_ label: LabelChoice, description: String) throws -> ImportRun {
  let scratch = try Scratch()
  for number in 1...2 {
    let scan = LiverScan(number: number)
    try scratch.write(scan.image().nifti(), to: "in/imagesTr/L_\(number)_0000.nii.gz")
    try scratch.write(scan.mask().nifti(), to: "in/labelsTr/L_\(number).nii.gz")
  }
  try scratch.write(Data(description.utf8), to: "in/dataset.json")
  var request = ImportRequest(layout: "folder", name: "set")
  request.train = 0
  request.slice = .all
  request.minimumArea = 20
  request.label = label
  return try ImportRun(
    request, from: scratch.folder.appending(path: "in"), to: scratch.folder.appending(path: "out"))
}

@Test(
  "a label is chosen by the name that dataset.json gives it", arguments: [versionTwo, versionOne])
func labelByName(description: String) throws {
  let named = try lesions(.name("Tumour"), description: description)
  #expect(named.results["L_1"] == .imported(slices: 4))
  #expect(try lesions(.number(2), description: description).results == named.results)
}

@Test("a label that dataset.json does not name, or as a region of several, is refused")
func unknownLabel() {
  let unknown = expectError(in: .importing) {
    try lesions(.name("spleen"), description: versionTwo)
  }
  #expect(unknown?.message.contains("background, liver, tumour") == true)
  let region = expectError(in: .importing) { try lesions(.name("whole"), description: versionTwo) }
  #expect(region?.message.contains("region of the labels 1, 2") == true)
}
